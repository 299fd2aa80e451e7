#include "core/exporters/container_size.h"

#include "core/base/random.h"
#include "core/base/version.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_stream.h"
#include "core/codec/zstd.h"
#include "core/io/container_parts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::uint64_t FrameBytes = 48; // head and foot of a coded file

// Collects rows as the builder will write them, with numbers of the usual length.
class SizeOf {
public:
    SizeOf(const Plan& plan, const ContainerSource& source, bool coded)
        : m_plan(plan), m_source(source), m_coded(coded) {}

    Status add(std::size_t index) {
        const TensorPlan& row = *m_plan.tensors[index];
        BITSMITH_TRY(const Shape shape, m_source.shape(row.tensor));
        if (row.recipe) {
            const PlanTensor& tensor = m_plan.model_tensors[index];
            ContainerTensor described;
            BITSMITH_TRY(described.layout,
                         predictLayout(tensor.rows, tensor.cols, row.bits, *row.recipe));
            described.recipe = row.recipe->id;
            if (row.recipe->activations) described.activations = row.recipe->activations->text();
            return addQuantized(row.tensor, shape, std::move(described), row.bytes);
        }
        BITSMITH_TRY(const auto matrix, m_source.quantized(row.tensor));
        if (matrix) {
            ContainerTensor described = describeMatrix(*matrix);
            described.recipe = "kept";
            described.activations = m_source.activations(row.tensor);
            const std::uint64_t bytes = m_coded ? codedMatrixBytes(*matrix) : matrix->storedBytes();
            m_source.release(row.tensor);
            return addQuantized(row.tensor, shape, std::move(described), bytes);
        }
        return addCopied(row.tensor);
    }

    Result<std::uint64_t> total(const std::string& sourceName) const {
        nlohmann::ordered_json manifest{{"format", ContainerFormat},
                                        {"version", m_coded ? ContainerVersion : 1},
                                        {"engine", version()},
                                        {"source", sourceName},
                                        {"bytes", m_bytes}};
        std::vector<std::string> files{m_coded ? CodedContainerWeights : ContainerWeights};
        std::uint64_t bytes = 0;
        for (const SideFile& file : m_source.sideFiles()) {
            files.push_back(file.name);
            std::error_code error;
            bytes += file.path.empty() ? file.content.size()
                                       : std::filesystem::file_size(file.path, error);
            if (error) return fail(ErrorCode::BadInput, "cannot read '{}'", file.path.string());
        }
        manifest["files"] = files;
        nlohmann::ordered_json rows{{"tensors", m_tensors}, {"copied", m_copied}};
        if (m_coded) {
            rows["kind"] = "container";
            manifest["weights"] = CodedContainerWeights;
            manifest["directory"] = std::string(32, '0');
            const std::string text = rows.dump();
            bytes +=
                m_bytes + FrameBytes +
                zstdCompress(std::as_bytes(std::span(text.data(), text.size())), ZstdBest).size();
        } else {
            manifest.update(rows);
            bytes +=
                safetensorsFileBytes(inReferenceOrder(m_declared), {{"format", ContainerFormat}});
        }
        return bytes + manifest.dump(1).size() + 1;
    }

private:
    Status addQuantized(const std::string& name, const Shape& shape, ContainerTensor described,
                        std::uint64_t bytes) {
        described.name = name;
        described.shape = shape;
        described.transposed =
            shape.size() == 2 && shape[0] != static_cast<std::int64_t>(described.layout.rows);
        described.weightError = 0.01 * (1 + m_rng.uniform());
        described.outputError = 0.01 * (1 + m_rng.uniform());
        described.hash = hash(m_coded ? 16 : 32);
        if (m_coded) described.coded = BitsmithBlob{m_bytes + 16, bytes};
        m_tensors.push_back(tensorToJson(described));
        if (!m_coded)
            for (auto& part : partDeclarations(described)) m_declared.push_back(std::move(part));
        m_bytes += described.storedBytes();
        return {};
    }

    Status addCopied(const std::string& name) {
        BITSMITH_TRY(const StoredTensor stored, m_source.stored(name));
        if (m_coded) {
            const BitsmithBlob place{m_bytes + 16, encodeStream(stored.bytes, stored.dtype).size()};
            m_copied.push_back({{"name", name},
                                {"dtype", dtypeName(stored.dtype)},
                                {"shape", stored.shape},
                                {"at", toJson(place)},
                                {"hash", hash(16)}});
            m_bytes += place.size;
        } else {
            m_copied.push_back(
                {{"name", name}, {"bytes", stored.bytes.size()}, {"hash", hash(32)}});
            m_declared.push_back({name, stored.dtype, stored.shape});
            m_bytes += stored.bytes.size();
        }
        m_source.release(name);
        return {};
    }

    std::string hash(std::size_t digits) {
        std::string out;
        while (out.size() < digits) out += fmt::format("{:016x}", m_rng.next());
        return out;
    }

    const Plan& m_plan;
    const ContainerSource& m_source;
    bool m_coded;
    Rng m_rng{0};
    std::uint64_t m_bytes = 0;
    nlohmann::ordered_json m_tensors = nlohmann::ordered_json::array();
    nlohmann::ordered_json m_copied = nlohmann::ordered_json::array();
    std::vector<SafetensorsWriter::Declaration> m_declared;
};

} // namespace

Result<std::uint64_t> predictedContainerBytes(const Plan& plan, const ContainerSource& source,
                                              const std::string& sourceName, RunContext& context) {
    const bool coded = std::ranges::any_of(
        plan.tensors, [](const auto& row) { return row->recipe && row->recipe->entropyCoded(); });
    SizeOf size(plan, source, coded);
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        context.checkpoint();
        BITSMITH_CHECK(size.add(i));
    }
    return size.total(sourceName);
}

} // namespace bitsmith
