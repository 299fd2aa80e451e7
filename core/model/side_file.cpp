// A model's files beside its weights, copied or written from memory.
#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/model/tensor_source.h"

namespace bitsmith {

Status writeSideFile(const SideFile& file, const std::filesystem::path& target) {
    BITSMITH_TRY(AtomicFile copy, AtomicFile::create(target));
    if (file.path.empty()) {
        BITSMITH_CHECK(copy.write(file.content));
    } else {
        BITSMITH_TRY(const auto source, MappedFile::open(file.path));
        BITSMITH_CHECK(copy.write(source->bytes()));
    }
    return copy.commit();
}

Result<std::string> sideFileText(const SideFile& file) {
    if (file.path.empty()) return file.content;
    return readTextFile(file.path, std::size_t{256} << 20);
}

} // namespace bitsmith
