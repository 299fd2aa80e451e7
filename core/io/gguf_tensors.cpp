// The tensors of a GGUF file: mapped, or decoded from a coded file.
#include "core/io/compressed_file.h"
#include "core/io/content_sample.h"
#include "core/io/gguf_file.h"
#include "core/io/gguf_header.h"
#include "core/io/gguf_split.h"

#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>

namespace bitsmith {

struct GgufFile::Coded {
    std::shared_ptr<const CompressedFile> file;
    mutable std::mutex mutex;
    mutable std::map<const GgufTensor*, std::weak_ptr<const std::vector<std::byte>>> decoded;
};

namespace {

// Address space as large as the original, of which only the header is ever filled: the header's
// parser checks its numbers against the size of the file that it sees.
class Imagined {
public:
    static Result<Imagined> make(const CompressedFile& file) {
        const std::uint64_t size = file.info().size;
        void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (data == MAP_FAILED)
            return fail(ErrorCode::Resources, "'{}' stands for {} bytes, more than can be mapped",
                        file.path().string(), size);
        Imagined out;
        out.m_bytes = {static_cast<std::byte*>(data), static_cast<std::size_t>(size)};
        std::uint64_t header = 0;
        for (const CompressedSegment& segment : file.info().segments) {
            if (segment.what != "header") break;
            header += segment.size;
        }
        out.m_header = header;
        BITSMITH_CHECK(file.read(0, out.m_bytes.first(header)));
        return out;
    }
    Imagined(Imagined&& other) noexcept
        : m_bytes(std::exchange(other.m_bytes, {})), m_header(other.m_header) {}
    Imagined& operator=(Imagined&&) = delete;
    ~Imagined() {
        if (!m_bytes.empty()) ::munmap(m_bytes.data(), m_bytes.size());
    }
    std::span<const std::byte> bytes() const { return m_bytes; }
    std::uint64_t header() const { return m_header; } // the bytes that are real

private:
    Imagined() = default;
    std::span<std::byte> m_bytes;
    std::uint64_t m_header = 0;
};

} // namespace

Result<std::shared_ptr<const GgufFile>> GgufFile::openCoded(const std::filesystem::path& path) {
    auto coded = std::make_shared<Coded>();
    BITSMITH_TRY(coded->file, CompressedFile::open(path));
    const CompressedFileInfo& info = coded->file->info();
    if (info.format != "gguf")
        return fail(ErrorCode::Unsupported, "'{}' holds a {} file, no GGUF", path.string(),
                    info.format);
    const std::string where = fmt::format("GGUF '{}'", path.string());
    BITSMITH_TRY(const Imagined imagined, Imagined::make(*coded->file));
    BITSMITH_TRY(GgufHeader header, parseGgufHeader(imagined.bytes(), where));
    if (std::min(header.dataStart, info.size) > imagined.header())
        return fail(ErrorCode::BadInput, "{}: its header is longer than its directory says", where);
    BITSMITH_TRY(const auto place, ggufSplitPlace(header.metadata, where));
    if (place && place->count > 1)
        return fail(ErrorCode::Unsupported,
                    "'{}' is a part of a split model. Give all parts back with `bitsmith "
                    "decompress` and open those",
                    path.string());
    auto file = std::make_shared<GgufFile>();
    file->m_metadata = std::move(header.metadata);
    file->m_tensors = std::move(header.tensors);
    file->m_dataStarts = {header.dataStart};
    file->m_paths = {path};
    file->m_coded = std::move(coded);
    auto& order = file->m_byName;
    order.resize(file->m_tensors.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {},
                      [&](std::size_t i) { return std::string_view(file->m_tensors[i].name); });
    return std::shared_ptr<const GgufFile>(std::move(file));
}

Result<GgufBytes> GgufFile::load(const GgufTensor& tensor) const {
    if (!m_coded) return GgufBytes{bytes(tensor), m_files[tensor.part]};
    {
        const std::lock_guard lock(m_coded->mutex);
        if (auto held = m_coded->decoded[&tensor].lock()) return GgufBytes{*held, held};
    }
    auto bytes = std::make_shared<std::vector<std::byte>>(size(tensor));
    BITSMITH_CHECK(m_coded->file->read(m_dataStarts.front() + tensor.offset, *bytes));
    release(tensor);
    const std::lock_guard lock(m_coded->mutex);
    m_coded->decoded[&tensor] = bytes;
    return GgufBytes{*bytes, bytes};
}

void GgufFile::release(const GgufTensor& tensor) const {
    if (m_coded)
        m_coded->file->release(m_dataStarts.front() + tensor.offset, size(tensor));
    else
        m_files[tensor.part]->release(bytes(tensor));
}

std::string GgufFile::contentKey() const {
    Hasher hasher;
    hasher.add("gguf 1");
    for (const std::size_t i : m_byName) {
        const GgufTensor& tensor = m_tensors[i];
        hasher.add(tensor.name).add(tensor.format->name);
        hasher.add(static_cast<std::uint64_t>(tensor.dims.size()));
        for (const std::uint64_t extent : tensor.dims) hasher.add(extent);
        if (!m_coded) {
            addSample(hasher, bytes(tensor));
            continue;
        }
        const std::uint64_t begin = m_dataStarts.front() + tensor.offset;
        addSample(hasher, size(tensor), [&](std::uint64_t at, std::span<std::byte> out) {
            // Damaged data make another key; whoever uses the tensor gets the error.
            if (!m_coded->file->read(begin + at, out)) std::ranges::fill(out, std::byte{0});
        });
    }
    return hasher.hex();
}

} // namespace bitsmith
