#include "ui/window/compress_input.h"

#include "core/base/mapped_file.h"
#include "core/io/bitsmith_file.h"
#include "core/io/compressed_file.h"
#include "core/io/file_segments.h"

#include <algorithm>
#include <functional>

namespace bitsmith::ui {
namespace {

void count(std::vector<CompressedKind>& kinds, const std::string& what, std::uint64_t in,
           std::uint64_t out) {
    auto it = std::ranges::find(kinds, what, &CompressedKind::what);
    if (it == kinds.end()) it = kinds.insert(kinds.end(), {what, 0, 0});
    it->bytesIn += in;
    it->bytesOut += out;
}

} // namespace

Result<CompressInput> inspectInput(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return fail(ErrorCode::BadInput, "'{}' does not exist. Choose a safetensors or GGUF file",
                    path.string());
    if (std::filesystem::is_directory(status))
        return fail(ErrorCode::BadInput,
                    "'{}' is a folder. Choose one of the files in it; they are compressed one by "
                    "one",
                    path.string());
    CompressInput out;
    if (BitsmithFile::isOne(path)) {
        BITSMITH_TRY(const auto file, CompressedFile::open(path));
        out.compressed = true;
        out.format = file->info().format;
        out.outputName = std::filesystem::path(file->info().name).filename().string();
        out.bytes = file->info().size;
        out.coded = file->bytes();
        for (const CompressedSegment& segment : file->info().segments)
            count(out.kinds, segment.what, segment.size, segment.blob.size);
    } else {
        BITSMITH_TRY(const auto file, MappedFile::open(path));
        BITSMITH_TRY(const SegmentedFile segmented, segmentsOf(file));
        out.format = segmented.format;
        out.outputName = path.filename().string() + ".bitsmith";
        out.bytes = file->bytes().size();
        for (const FileSegment& segment : segmented.segments)
            count(out.kinds, segment.what, segment.size, 0);
    }
    std::ranges::stable_sort(out.kinds, std::greater(), &CompressedKind::bytesIn);
    return out;
}

} // namespace bitsmith::ui
