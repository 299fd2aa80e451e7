// GgufWriter: streams tensors into one file or several parts, all committed at the end.
#include "core/io/gguf_header.h"
#include "core/io/gguf_layout.h"

#include <array>

namespace bitsmith {

struct GgufWriter::State {
    GgufLayout layout;
    std::vector<Declaration> tensors;
    std::vector<AtomicFile> files; // one per part
    std::size_t part = 0, tensor = 0;
    std::uint64_t writtenOfTensor = 0;

    // Closes what is complete: pads the tensor, goes on to the next part.
    Status advance() {
        constexpr std::array<std::byte, 4096> Zeros{};
        while (tensor < tensors.size() && writtenOfTensor == tensors[tensor].bytes()) {
            std::uint64_t padding =
                (layout.alignment - writtenOfTensor % layout.alignment) % layout.alignment;
            while (padding > 0) {
                const auto piece = std::min<std::uint64_t>(padding, Zeros.size());
                BITSMITH_CHECK(files[part].write(std::span(Zeros).first(piece)));
                padding -= piece;
            }
            ++tensor;
            writtenOfTensor = 0;
            const GgufPartLayout& own = layout.parts[part];
            if (tensor == own.first + own.count && part + 1 < layout.parts.size()) ++part;
        }
        return {};
    }
};

std::uint64_t GgufWriter::Declaration::bytes() const {
    return format ? checkedBlockBytes(dims, *format).value_or(0) : 0;
}

Result<std::vector<GgufWriter::Part>> GgufWriter::predict(const std::filesystem::path& target,
                                                          const GgufMetadata& metadata,
                                                          const std::vector<Declaration>& tensors,
                                                          std::uint64_t splitBytes) {
    BITSMITH_TRY(const GgufLayout layout, layOutGguf(target, metadata, tensors, splitBytes));
    std::vector<Part> parts;
    for (const GgufPartLayout& part : layout.parts) parts.push_back({part.path, part.fileBytes});
    return parts;
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& target,
                                      const GgufMetadata& metadata,
                                      std::vector<Declaration> tensors, std::uint64_t splitBytes) {
    auto state = std::make_unique<State>();
    BITSMITH_TRY(state->layout, layOutGguf(target, metadata, tensors, splitBytes));
    state->tensors = std::move(tensors);
    state->files.reserve(state->layout.parts.size());
    for (GgufPartLayout& part : state->layout.parts) {
        BITSMITH_TRY(AtomicFile file, AtomicFile::create(part.path));
        BITSMITH_CHECK(file.write(part.header));
        part.header = {};
        state->files.push_back(std::move(file));
    }
    return GgufWriter(std::move(state));
}

Status GgufWriter::write(std::span<const std::byte> bytes) {
    State& s = *m_state;
    if (bytes.empty()) return {};
    if (s.tensor == s.tensors.size())
        return fail(ErrorCode::Failed, "GGUF '{}': {} bytes more than the declared tensors have",
                    s.layout.parts.back().path.string(), bytes.size());
    const Declaration& tensor = s.tensors[s.tensor];
    if (bytes.size() > tensor.bytes() - s.writtenOfTensor)
        return fail(ErrorCode::Failed, "GGUF '{}': {} bytes too many for the tensor '{}'",
                    s.layout.parts[s.part].path.string(),
                    bytes.size() - (tensor.bytes() - s.writtenOfTensor), tensor.name);
    BITSMITH_CHECK(s.files[s.part].write(bytes));
    s.writtenOfTensor += bytes.size();
    return s.advance();
}

Status GgufWriter::finish() {
    State& s = *m_state;
    if (s.tensor < s.tensors.size())
        return fail(ErrorCode::Failed, "GGUF '{}': the tensor '{}' lacks its last {} bytes",
                    s.layout.parts[s.part].path.string(), s.tensors[s.tensor].name,
                    s.tensors[s.tensor].bytes() - s.writtenOfTensor);
    for (std::size_t i = 0; i < s.files.size(); ++i) {
        const Status committed = s.files[i].commit();
        if (committed) continue;
        // Some parts without the others are of no use.
        std::error_code ignored;
        for (std::size_t k = 0; k < i; ++k)
            std::filesystem::remove(s.layout.parts[k].path, ignored);
        return committed;
    }
    return {};
}

GgufWriter::GgufWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
GgufWriter::GgufWriter(GgufWriter&&) noexcept = default;
GgufWriter& GgufWriter::operator=(GgufWriter&&) noexcept = default;
GgufWriter::~GgufWriter() = default;

} // namespace bitsmith
