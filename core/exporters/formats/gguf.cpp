// GGUF for llama.cpp and the programs built on it. Blocks go through as they are, affine codes move
// into the block type that holds them exactly, everything else is written as plain numbers.
#include "core/exporters/exporter.h"
#include "core/exporters/gguf/gguf_plan.h"
#include "core/exporters/gguf/repack.h"
#include "core/quant/blocks/encode.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t ChunkBytes = std::size_t{4} << 20; // of floats decoded at once

const GgufExportParams& typed(const Params& params) {
    return dynamic_cast<const ParamsOf<GgufExportParams>&>(params).value;
}

// The model's row for each row of the file; empty where the order is the same.
std::vector<std::uint32_t> modelRows(const RowOrder& order) {
    const std::vector<std::uint32_t> fileRows = order.fileRows();
    std::vector<std::uint32_t> out(fileRows.size());
    for (std::size_t r = 0; r < fileRows.size(); ++r)
        out[fileRows[r]] = static_cast<std::uint32_t>(r);
    return out;
}

class TensorWriter {
public:
    TensorWriter(const Model& model, const GgufPlanItem& item, GgufWriter& writer,
                 RunContext& context)
        : m_model(model), m_item(item), m_writer(writer), m_context(context),
          m_order(modelRows(item.use.order)) {}

    Status blocks() {
        BITSMITH_TRY(const auto matrix, m_model.quantized(m_item.use.model));
        BITSMITH_CHECK(checkRepack(*matrix));
        const std::size_t rowBytes = m_item.format->rowBytes(m_item.use.cols);
        return inChunks(
            rowBytes,
            [&](std::size_t first, std::size_t count, std::vector<std::byte>& out) -> Status {
                out.resize(count * rowBytes);
                repackRows(*matrix, *m_item.format, first, count, out);
                return {};
            });
    }

    Status rows() {
        BITSMITH_TRY(const auto matrix, m_model.matrix(m_item.use.model));
        const std::size_t cols = m_item.use.cols;
        std::vector<float> values;
        return inChunks(
            cols * sizeof(float),
            [&](std::size_t first, std::size_t count, std::vector<std::byte>& out) -> Status {
                values.resize(count * cols);
                matrix->decodeRows(first, count, values.data());
                BITSMITH_CHECK(checkRange(values));
                out.resize(count * m_item.format->rowBytes(cols));
                encodeBlocks(*m_item.format, ConstMatrixView(values.data(), count, cols), {}, out);
                return {};
            });
    }

    Status vector() {
        BITSMITH_TRY(std::vector<float> values, m_model.values(m_item.use.model));
        if (!m_order.empty()) {
            std::vector<float> ordered(values.size());
            for (std::size_t i = 0; i < values.size(); ++i) ordered[i] = values[m_order[i]];
            values = std::move(ordered);
        }
        return m_writer.write(std::as_bytes(std::span(values)));
    }

private:
    // make(first, count, out): some rows of the model, one after the other.
    template <class Make>
    Status inChunks(std::size_t rowBytes, Make&& make) {
        std::vector<std::byte> out;
        const std::size_t atOnce =
            m_order.empty()
                ? std::max<std::size_t>(ChunkBytes / std::max<std::size_t>(rowBytes, 1), 1)
                : 1;
        for (std::size_t row = 0; row < m_item.use.rows; row += atOnce) {
            m_context.checkpoint();
            const std::size_t count = std::min(atOnce, m_item.use.rows - row);
            BITSMITH_CHECK(make(m_order.empty() ? row : m_order[row], count, out));
            BITSMITH_CHECK(m_writer.write(out));
        }
        return {};
    }

    Status checkRange(const std::vector<float>& values) const {
        constexpr float MostHalf = 65504;
        const auto& type = m_item.format->name;
        if (type != "F16" && type != "Q8_0") return {};
        const float most = type == "F16" ? MostHalf : 127 * MostHalf;
        for (const float v : values)
            if (std::abs(v) > most)
                return fail(ErrorCode::BadInput,
                            "tensor '{}' has the value {}, which {} cannot hold. Set 'dense' to "
                            "BF16 or F32",
                            m_item.use.model, v, type);
        return {};
    }

    const Model& m_model;
    const GgufPlanItem& m_item;
    GgufWriter& m_writer;
    RunContext& m_context;
    std::vector<std::uint32_t> m_order;
};

class GgufExporter final : public Exporter {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{.id = "gguf",
                                       .title = "GGUF",
                                       .summary = "One file for llama.cpp and the programs built "
                                                  "on it (Ollama, LM Studio, ...)",
                                       .extension = ".gguf"};
        return Info;
    }

    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<GgufExportParams>>();
    }

    Result<ExportPreview> preview(const Model& model, const Params& params) const override {
        BITSMITH_TRY(GgufPlan plan, planGguf(model, typed(params)));
        ExportPreview preview;
        for (const GgufPlanItem& item : plan.items) {
            const std::uint64_t bytes =
                std::uint64_t{item.use.rows} * item.format->rowBytes(item.use.cols);
            preview.rows.push_back({item.use.model.empty() ? item.use.file : item.use.model,
                                    item.from, std::string(item.format->name), bytes, item.note});
        }
        preview.problems = std::move(plan.problems);
        preview.notes = std::move(plan.notes);
        if (!preview.problems.empty()) return preview;
        BITSMITH_TRY(const auto parts, GgufWriter::predict("model.gguf", plan.metadata,
                                                           plan.declarations(), plan.splitBytes));
        for (const GgufWriter::Part& part : parts) preview.bytes += part.bytes;
        return preview;
    }

    Result<std::vector<ExportedFile>> write(const Model& model, const Params& params,
                                            const std::filesystem::path& target,
                                            RunContext& context) const override {
        BITSMITH_TRY(const GgufPlan plan, planGguf(model, typed(params)));
        if (!plan.problems.empty())
            return fail(ErrorCode::Usage, "{}{}{}. {}", plan.problems[0].tensor,
                        plan.problems[0].tensor.empty() ? "" : ": ", plan.problems[0].message,
                        plan.problems[0].remedy);
        BITSMITH_TRY(const auto parts, GgufWriter::predict(target, plan.metadata,
                                                           plan.declarations(), plan.splitBytes));
        BITSMITH_TRY(GgufWriter writer, GgufWriter::create(target, plan.metadata,
                                                           plan.declarations(), plan.splitBytes));
        for (std::size_t i = 0; i < plan.items.size(); ++i) {
            const GgufPlanItem& item = plan.items[i];
            context.checkpoint(static_cast<double>(i) / static_cast<double>(plan.items.size()));
            TensorWriter tensor(model, item, writer, context);
            switch (item.kind) {
            case GgufPlanItem::Kind::Blocks:
                BITSMITH_CHECK(tensor.blocks());
                break;
            case GgufPlanItem::Kind::Rows:
                BITSMITH_CHECK(tensor.rows());
                break;
            case GgufPlanItem::Kind::Vector:
                BITSMITH_CHECK(tensor.vector());
                break;
            case GgufPlanItem::Kind::RopeFactors:
                BITSMITH_CHECK(writer.write(std::as_bytes(std::span(plan.ropeFactors))));
                break;
            }
            if (!item.use.model.empty()) model.release(item.use.model);
        }
        BITSMITH_CHECK(writer.finish());
        std::vector<ExportedFile> files;
        for (const GgufWriter::Part& part : parts)
            files.push_back({part.path.filename(), part.bytes});
        return files;
    }
};

} // namespace

const Exporter& exporters_gguf() {
    static const GgufExporter Instance;
    return Instance;
}

} // namespace bitsmith
