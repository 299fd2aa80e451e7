// GgufFile: opens one file or all parts of a split model. What it holds: gguf_tensors.cpp.
#include "core/io/gguf_header.h"
#include "core/io/gguf_split.h"
#include "core/io/text_checks.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace bitsmith {

class GgufReader {
public:
    GgufReader() : m_opened(std::make_shared<GgufFile>()) {}

    // expected: the part that this file must be; nullptr asks nothing.
    Status add(const std::filesystem::path& path, const GgufSplitPlace* expected) {
        BITSMITH_TRY(auto file, MappedFile::open(path));
        const std::string where = fmt::format("GGUF '{}'", path.string());
        BITSMITH_TRY(GgufHeader header, parseGgufHeader(file->bytes(), where));
        if (expected) BITSMITH_CHECK(checkGgufSplit(header.metadata, *expected, where));
        for (GgufTensor& tensor : header.tensors) {
            tensor.part = m_opened->m_files.size();
            m_opened->m_tensors.push_back(std::move(tensor));
        }
        if (m_opened->m_files.empty()) m_opened->m_metadata = std::move(header.metadata);
        m_opened->m_paths.push_back(path);
        m_opened->m_files.push_back(std::move(file));
        m_opened->m_dataStarts.push_back(header.dataStart);
        return {};
    }

    const GgufMetadata& metadata() const { return m_opened->m_metadata; }

    Result<std::shared_ptr<const GgufFile>> finish() {
        auto& all = m_opened->m_tensors;
        auto& order = m_opened->m_byName;
        order.resize(all.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, {}, [&](std::size_t i) { return std::string_view(all[i].name); });
        for (std::size_t i = 1; i < order.size(); ++i) {
            const GgufTensor &a = all[order[i - 1]], &b = all[order[i]];
            if (a.name == b.name)
                return fail(ErrorCode::BadInput,
                            "GGUF: the tensor {} is in two parts, '{}' and '{}'. Files of "
                            "different downloads are probably mixed; get all of them again",
                            quotedName(a.name), m_opened->m_paths[a.part].string(),
                            m_opened->m_paths[b.part].string());
        }
        return std::shared_ptr<const GgufFile>(std::move(m_opened));
    }

    std::size_t tensorCount() const { return m_opened->m_tensors.size(); }

private:
    std::shared_ptr<GgufFile> m_opened;
};

Result<std::shared_ptr<const GgufFile>> GgufFile::open(const std::filesystem::path& path) {
    GgufReader single;
    BITSMITH_CHECK(single.add(path, nullptr));
    const std::string where = fmt::format("GGUF '{}'", path.string());
    BITSMITH_TRY(const auto place, ggufSplitPlace(single.metadata(), where));
    if (!place || place->count == 1) return single.finish();

    BITSMITH_TRY(const auto parts, ggufPartPaths(path, *place, where));
    GgufReader reader;
    for (std::uint64_t i = 0; i < place->count; ++i) {
        std::error_code ignored;
        if (!std::filesystem::exists(parts[i], ignored))
            return fail(ErrorCode::BadInput,
                        "GGUF '{}': part {} of {} is missing, it should be '{}'. Get that file too",
                        path.string(), i + 1, place->count, parts[i].string());
        const GgufSplitPlace expected{i, place->count, place->tensors};
        BITSMITH_CHECK(reader.add(parts[i], &expected));
    }
    if (place->tensors && *place->tensors != reader.tensorCount())
        return fail(ErrorCode::BadInput,
                    "GGUF '{}': its {} parts hold {} tensors, but should hold {}. Files of "
                    "different downloads are probably mixed; get all of them again",
                    path.string(), place->count, reader.tensorCount(), *place->tensors);
    return reader.finish();
}

const GgufTensor* GgufFile::find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(
        m_byName, name, {}, [&](std::size_t i) { return std::string_view(m_tensors[i].name); });
    return at != m_byName.end() && m_tensors[*at].name == name ? &m_tensors[*at] : nullptr;
}

std::uint64_t GgufFile::size(const GgufTensor& tensor) const {
    return *checkedBlockBytes(tensor.dims, *tensor.format);
}

std::span<const std::byte> GgufFile::bytes(const GgufTensor& tensor) const {
    assert(!m_coded);
    return m_files[tensor.part]->bytes().subspan(m_dataStarts[tensor.part] + tensor.offset,
                                                 size(tensor));
}

} // namespace bitsmith
