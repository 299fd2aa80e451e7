// Checkpoints of torch.save (.bin, .pth, .pt, .th): read without torch and without running anything
// of the file. Both forms: ZIP (since torch 1.6) and the older one of pickles with the data behind.
#pragma once

#include "core/io/tensor_archive.h"

#include <span>

namespace bitsmith {

// The tensors of the dictionary at the top, or of the one that it keeps under "state_dict", "model"
// or the like; what is no tensor is passed over. Tensors lie in the mapped file; one whose strides
// are not those of C order is copied.
// Errors (BadInput, naming file, place and what to do): the file is damaged; it asks for something
// else than tensors, which is named and not done; a tensor leaves its data. Unsupported: data types
// that we have not, data of a big-endian machine.
Result<std::shared_ptr<const TensorArchive>> openPytorchFile(const std::filesystem::path& path);

// Whether a file's first bytes are those of either form.
bool looksLikePytorch(std::span<const std::byte> bytes);

} // namespace bitsmith
