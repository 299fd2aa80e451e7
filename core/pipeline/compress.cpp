#include "core/pipeline/compress.h"

#include "core/base/file_hash.h"
#include "core/exporters/output_folder.h"
#include "core/io/compressed_file.h"
#include "core/io/file_segments.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <unistd.h>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view Extension = ".bitsmith";
// Text compresses better in larger pieces; nobody needs a part of it.
constexpr std::size_t TextBlockBytes = std::size_t{1} << 20;
constexpr double EncodeShare = 0.8; // of the progress

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Where the file goes; name: inside a folder.
Result<fs::path> outputFile(const fs::path& output, const std::string& name, bool replace) {
    std::error_code error;
    const bool inFolder = fs::is_directory(output, error);
    if (inFolder &&
        (name.empty() || fs::path(name).filename() != name || name == "." || name == ".."))
        return fail(ErrorCode::BadInput,
                    "the compressed file names its original '{}', which is no file name. Give the "
                    "output as a file",
                    name);
    const fs::path file = inFolder ? output / name : output;
    const auto status = fs::symlink_status(file, error);
    if (!fs::exists(status)) return file;
    if (fs::is_directory(status))
        return fail(ErrorCode::Failed, "'{}' is a folder. Choose another name for the output",
                    file.string());
    if (!replace)
        return fail(ErrorCode::Failed,
                    "'{}' is there already. Choose another name, or allow to replace it",
                    file.string());
    return file;
}

Status checkInput(const fs::path& input) {
    std::error_code error;
    const auto status = fs::status(input, error);
    if (!fs::exists(status))
        return fail(ErrorCode::BadInput, "'{}' does not exist. Give a safetensors or GGUF file",
                    input.string());
    if (!fs::is_directory(status)) {
        if (!BitsmithFile::isOne(input)) return {};
        return fail(ErrorCode::BadInput,
                    "'{}' is compressed already; `bitsmith decompress` "
                    "gives the original back",
                    input.string());
    }
    std::vector<std::string> files;
    for (fs::directory_iterator it(input, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".safetensors" || it->path().extension() == ".gguf")
            files.push_back(it->path().filename().string());
    std::ranges::sort(files);
    std::string hint = "It holds no safetensors or GGUF file";
    if (!files.empty()) {
        hint = "Compress its files one by one: ";
        for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 3); ++i)
            hint.append(i ? ", " : "").append(files[i]);
        if (files.size() > 3) hint += fmt::format(" and {} more", files.size() - 3);
    }
    return fail(ErrorCode::BadInput, "'{}' is a folder. {}", input.string(), hint);
}

// Removes a file unless it was moved away.
class Unfinished {
public:
    explicit Unfinished(fs::path path) : m_path(std::move(path)) {}
    ~Unfinished() {
        std::error_code ignored;
        fs::remove(m_path, ignored);
    }
    Unfinished(const Unfinished&) = delete;
    const fs::path& path() const { return m_path; }
    Status moveTo(const fs::path& target) {
        std::error_code error;
        fs::rename(m_path, target, error);
        if (error) return folderFailure("put in place", target, error);
        return {};
    }

private:
    fs::path m_path;
};

StreamOptions optionsFor(const FileSegment& segment, StreamCoder coder) {
    StreamOptions options{.coder = coder};
    const bool text = segment.what == "header" || segment.what == "padding";
    if (text || coder == StreamCoder::Zstd) options.blockBytes = TextBlockBytes;
    return options;
}

std::string describe(const FileSegment& segment, const SymbolLayout& layout) {
    if (segment.layouts.size() == 1 || layout == segment.layouts.front()) return segment.what;
    return fmt::format("{}, {}", segment.what, layout.name());
}

void count(std::vector<CompressedKind>& kinds, const CompressedSegment& segment) {
    auto it = std::ranges::find(kinds, segment.what, &CompressedKind::what);
    if (it == kinds.end()) it = kinds.insert(kinds.end(), {segment.what, 0, 0});
    it->bytesIn += segment.size;
    it->bytesOut += segment.blob.size;
}

// The whole original in order, into `sink`. Errors: damage of any kind, the whole's checksum too.
Result<CodedReadReport> readAll(const CompressedFile& file,
                                const std::function<Status(std::span<const std::byte>)>& sink,
                                RunContext& context) {
    FileHasher hasher;
    const auto parts = file.parts();
    BITSMITH_TRY(const CodedReadReport report,
                 readCoded(
                     file.path(), parts,
                     [&](std::size_t, std::span<const std::byte> raw) -> Status {
                         hasher.append(raw);
                         return sink(raw);
                     },
                     {}, context));
    if (report.rawBytes != file.info().size || hasher.hex() != file.info().hash)
        return fail(ErrorCode::BadInput,
                    "'{}': what it decodes to does not match the checksum of the original. "
                    "Restore the file from a backup or make it again",
                    file.path().string());
    return report;
}

} // namespace

Result<CompressResult> compressFile(const CompressOptions& options, RunContext& context) {
    BITSMITH_CHECK(checkInput(options.input));
    BITSMITH_TRY(const auto input, MappedFile::open(options.input));
    BITSMITH_TRY(const SegmentedFile segmented, segmentsOf(input));
    CompressResult result;
    const std::string name = options.input.filename().string();
    BITSMITH_TRY(result.output,
                 outputFile(options.output, name + std::string(Extension), options.replace));
    const auto bytes = input->bytes();
    result.format = segmented.format;
    result.bytesIn = bytes.size();

    context.beginStep("compressing", 0, EncodeShare);
    const auto start = Clock::now();
    Unfinished file(result.output.string() + fmt::format(".new-{}", ::getpid()));
    BITSMITH_TRY(BitsmithFileWriter writer, BitsmithFileWriter::create(file.path()));
    CompressedFileInfo info{name, segmented.format, {}, bytes.size(), {}};
    FileHasher hasher;
    for (const FileSegment& segment : segmented.segments) {
        context.checkpoint(static_cast<double>(segment.begin) / static_cast<double>(bytes.size()));
        const auto raw = bytes.subspan(segment.begin, segment.size);
        const SymbolLayout layout = bestLayout(raw, segment.layouts);
        hasher.append(raw);
        const auto blob = encodeStream(raw, layout, optionsFor(segment, options.coder));
        info.segments.push_back({segment.begin,
                                 segment.size,
                                 {writer.offset(), blob.size()},
                                 describe(segment, layout)});
        BITSMITH_CHECK(writer.write(blob));
        input->release(raw);
        count(result.kinds, info.segments.back());
    }
    info.hash = hasher.hex();
    BITSMITH_TRY(result.bytesOut, writer.finish(toJson(info)));
    result.encodeSeconds = secondsSince(start);
    std::ranges::stable_sort(result.kinds, std::greater(), &CompressedKind::bytesIn);

    context.beginStep("checking what was written", EncodeShare, 1);
    const auto again = Clock::now();
    BITSMITH_TRY(const auto written, CompressedFile::open(file.path()));
    std::uint64_t at = 0;
    const auto compare = [&](std::span<const std::byte> raw) -> Status {
        const auto original = bytes.subspan(at, raw.size());
        if (std::memcmp(original.data(), raw.data(), raw.size()) != 0)
            return fail(ErrorCode::Failed,
                        "'{}' changed while it was compressed, or this machine's memory or disk "
                        "is faulty: byte {} and its neighbours did not come back",
                        options.input.string(), at);
        input->release(original);
        at += raw.size();
        return {};
    };
    BITSMITH_CHECK(readAll(*written, compare, context));
    result.decodeSeconds = secondsSince(again);
    BITSMITH_CHECK(file.moveTo(result.output));
    return result;
}

Result<CompressResult> decompressFile(const fs::path& input, const fs::path& output, bool replace,
                                      RunContext& context) {
    BITSMITH_TRY(const auto file, CompressedFile::open(input));
    CompressResult result;
    BITSMITH_TRY(result.output, outputFile(output, file->info().name, replace));
    result.format = file->info().format;
    result.bytesIn = file->info().size;
    result.bytesOut = file->bytes();
    context.beginStep("decompressing");
    const auto start = Clock::now();
    BITSMITH_TRY(AtomicFile target, AtomicFile::create(result.output));
    BITSMITH_CHECK(readAll(
        *file, [&](std::span<const std::byte> raw) { return target.write(raw); }, context));
    BITSMITH_CHECK(target.commit());
    result.decodeSeconds = secondsSince(start);
    return result;
}

Result<std::size_t> verifyCompressedFile(const fs::path& path, RunContext& context) {
    BITSMITH_TRY(const auto file, CompressedFile::open(path));
    BITSMITH_TRY(const CodedReadReport report,
                 readAll(
                     *file, [](std::span<const std::byte>) { return Status(); }, context));
    return report.blocks;
}

} // namespace bitsmith
