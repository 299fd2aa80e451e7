// Pickles of torch.save, read by a machine that can build tensors, numbers, texts, lists and
// dictionaries and nothing else. It never calls anything: names that a file may use stand in a
// short list, and a file that names something else is refused. Private to the reader of PyTorch
// files. Opcodes: Lib/pickletools.py of CPython.
#pragma once

#include "core/base/result.h"
#include "core/tensor/dtype.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// A storage as a pickle refers to it; its bytes lie elsewhere in the file.
struct PickledStorage {
    std::string key;
    DType dtype = DType::F32;
    std::uint64_t elements = 0; // of the whole storage
    std::uint64_t begin = 0,
                  viewElements = 0; // the part that tensors count from (whole: 0, elements)
};

struct PickledTensor {
    std::size_t storage = 0; // in Pickle::storages
    std::uint64_t offset = 0;
    std::vector<std::uint64_t> shape, strides; // of the same length; in elements
};

enum class PickleKind : std::uint8_t {
    Nothing, // None, and what does not matter here: floats, bytes
    Flag,
    Whole,
    Text,
    List,
    Tuple,
    Dict,
    Name,
    Storage,
    Tensor
};

using PickleId = std::uint32_t; // in Pickle::values; values never own each other

struct PickleValue {
    PickleKind kind = PickleKind::Nothing;
    bool ordered = false;        // an OrderedDict
    std::int64_t number = 0;     // Flag, Whole; index of a Name, Storage or Tensor
    std::string_view text;       // in the pickle's bytes
    std::vector<PickleId> items; // of a List or Tuple; of a Dict key, value, key, value...
};

struct Pickle {
    std::vector<PickleValue> values;
    std::vector<PickledStorage> storages;
    std::vector<PickledTensor> tensors;
    PickleId root = 0;
    std::size_t copiedItems = 0; // while it is made: bounds what calls copy
    std::size_t end = 0;         // the byte after its STOP

    const PickleValue& operator[](PickleId id) const { return values[id]; }
    // The value of a text key; nullptr if absent or no Dict.
    const PickleValue* find(const PickleValue& dict, std::string_view key) const;
};

// bytes: from the first byte of the pickle; more may follow. where: "PyTorch file 'PATH'", the
// beginning of every message; base: the first byte's place in the file, for messages.
// Errors (BadInput): a name or opcode that is not allowed, named; a pickle that is damaged, too
// large or ends early. Unsupported: a storage of a type that we have not.
Result<Pickle> readPickle(std::span<const std::byte> bytes, const std::string& where,
                          std::size_t base);

} // namespace bitsmith
