#include "core/exporters/gguf/gguf_plan.h"

#include "core/base/message.h"
#include "core/exporters/gguf/repack.h"
#include "core/model/gguf/gguf_keys.h"
#include "core/model/gguf/gguf_metadata.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using nlohmann::json;

std::string remedy() {
    return "Quantize it with a recipe of GGUF's own blocks (gguf_k, or one of the types by name), "
           "or set 'otherwise' to F32, F16 or Q8_0 to write its values without these "
           "codes"_message();
}

// Types of llama.cpp's presets that are made of one block type (include/llama.h).
std::optional<std::uint32_t> presetOf(std::string_view type) {
    static const std::map<std::string_view, std::uint32_t> Presets = {
        {"F32", 0},     {"F16", 1},     {"Q4_0", 2},  {"Q4_1", 3},   {"Q8_0", 7},   {"Q5_0", 8},
        {"Q5_1", 9},    {"Q2_K", 10},   {"Q3_K", 12}, {"Q4_K", 15},  {"Q5_K", 17},  {"Q6_K", 18},
        {"IQ4_NL", 25}, {"IQ4_XS", 30}, {"BF16", 32}, {"TQ1_0", 36}, {"TQ2_0", 37}, {"MXFP4", 38}};
    const auto found = Presets.find(type);
    return found == Presets.end() ? std::nullopt : std::optional(found->second);
}

// Without the ending that a single file's name has, and that of the container which lies beside it
// while it is being made.
std::string nameOf(const Model& model) {
    std::filesystem::path name = model.name();
    for (const char* ending : {".container", ".gguf"})
        if (name.extension() == ending) name = name.stem();
    return name.string();
}

class Planner {
public:
    Planner(const Model& model, const GgufExportParams& params) : m_model(model), m_params(params) {
        m_plan.splitBytes = static_cast<std::uint64_t>(params.splitSize) * 1'000'000;
    }

    Result<GgufPlan> plan() && {
        const Architecture* architecture = m_model.architecture();
        if (!architecture) {
            m_plan.problems.push_back({"", m_model.whyNotRunnable().message,
                                       "GGUF names tensors by what they are in the network; choose "
                                       "another format"_message()});
            return std::move(m_plan);
        }
        BITSMITH_TRY(const json config, readConfig());
        auto description = ggufDescription(*architecture, config);
        if (!description) {
            if (description.error().code != ErrorCode::Unsupported)
                return fail(description.error());
            m_plan.problems.push_back(
                {"", description.error().message, "Choose a format for another program"_message()});
            return std::move(m_plan);
        }
        m_plan.notes = std::move(description->notes);
        m_plan.metadata = std::move(description->metadata);
        m_plan.ropeFactors = std::move(description->ropeFactors);
        for (GgufTensorUse& use : ggufTensors(*architecture)) BITSMITH_CHECK(add(std::move(use)));
        if (architecture->tied()) addHead(*architecture);
        addRopeFactors();
        noteRest(*architecture);
        describeGeneral();
        BITSMITH_CHECK(addVocabulary(architecture->vocabulary));
        return std::move(m_plan);
    }

private:
    Result<json> readConfig() const {
        for (const SideFile& file : m_model.sideFiles()) {
            if (file.name != "config.json") continue;
            BITSMITH_TRY(const std::string text, sideFileText(file));
            json config = json::parse(text, nullptr, false);
            if (config.is_discarded())
                return fail(ErrorCode::BadInput, "'{}': config.json is no valid JSON",
                            m_model.path().string());
            return config;
        }
        return json::object();
    }

    Status add(GgufTensorUse use) {
        const TensorInfo* tensor = m_model.find(use.model);
        GgufPlanItem item;
        item.from = tensor->dtype;
        if (use.isVector || use.file == "position_embd.weight") {
            item.kind = GgufPlanItem::Kind::Vector;
            item.format = findBlockFormat("F32");
        } else if (tensor->layout) {
            BITSMITH_CHECK(chooseBlocks(*tensor, item));
        } else {
            chooseDense(*tensor, use.cols, m_params.dense, item);
        }
        item.use = std::move(use);
        if (item.format) m_plan.items.push_back(std::move(item));
        return {};
    }

    Status chooseBlocks(const TensorInfo& tensor, GgufPlanItem& item) {
        item.kind = GgufPlanItem::Kind::Blocks;
        auto format = blockFormatFor(*tensor.layout);
        Error why;
        if (!format) {
            why = format.error();
        } else if (tensor.layout->grid != "gguf" && tensor.layout->scaleType != DType::F16) {
            BITSMITH_TRY(const auto matrix, m_model.quantized(tensor.name));
            if (const Status held = checkRepack(*matrix); !held) why = held.error();
            m_model.release(tensor.name);
        }
        if (why.message.empty()) {
            item.format = *format;
            if (tensor.layout->grid == "affine" && item.format->bits > tensor.layout->bits)
                item.note =
                    "{} is the smallest block type that holds these {}-bit "
                    "codes less their zeros"_message(item.format->name, tensor.layout->bits);
            return {};
        }
        if (m_params.otherwise == "refuse") {
            m_plan.problems.push_back({tensor.name, why.message, remedy()});
            return {};
        }
        chooseDense(tensor, tensor.layout->cols, m_params.otherwise, item);
        item.note = why.message;
        return {};
    }

    // `wanted`: "keep" or a type.
    static void chooseDense(const TensorInfo& tensor, std::size_t cols, std::string_view wanted,
                            GgufPlanItem& item) {
        item.kind = GgufPlanItem::Kind::Rows;
        std::string_view type = wanted;
        if (wanted == "keep") {
            type = tensor.dtype;
            if (type != "F32" && type != "F16" && type != "BF16") {
                // F8 numbers are F16 numbers; GGUF has no type for them.
                type = tensor.dtype.starts_with("F8") ? "F16" : "F32";
                item.note = "GGUF has no {}"_message(tensor.dtype);
            }
        }
        if (type == "Q8_0" && cols % findBlockFormat("Q8_0")->blockSize != 0) {
            type = "F16";
            item.note = "rows of {} columns are no whole Q8_0 blocks"_message(cols);
        }
        item.format = findBlockFormat(type);
    }

    // Loaders of these two architectures ask for a head of its own.
    void addHead(const Architecture& architecture) {
        if (architecture.family != "gpt2" && architecture.family != "gpt_neox") return;
        const auto embedding = std::ranges::find_if(
            m_plan.items, [](const GgufPlanItem& i) { return i.use.file == GgufEmbedding; });
        if (embedding == m_plan.items.end()) return; // a problem already
        GgufPlanItem head = *embedding;
        head.use.file = GgufHead;
        head.isCopy = true;
        head.note = "a copy of the embedding, which loaders of this architecture ask for"_message();
        m_plan.items.push_back(std::move(head));
    }

    void addRopeFactors() {
        if (m_plan.ropeFactors.empty()) return;
        GgufPlanItem item;
        item.kind = GgufPlanItem::Kind::RopeFactors;
        item.use.file = GgufRopeFactors;
        item.use.cols = m_plan.ropeFactors.size();
        item.use.rows = 1;
        item.use.isVector = true;
        item.format = findBlockFormat("F32");
        item.note = "the rotary scaling, as divisors of the frequencies"_message();
        m_plan.items.push_back(std::move(item));
    }

    void noteRest(const Architecture& architecture) {
        const auto uses = ggufTensors(architecture);
        std::size_t left = 0;
        for (const TensorInfo& tensor : m_model.tensors())
            left += std::ranges::find(uses, tensor.name, &GgufTensorUse::model) == uses.end();
        if (left > 0)
            m_plan.notes.push_back(
                left == 1 ? "1 tensor that the network does not use is left out"_message()
                          : "{} tensors that the network does not use are left out"_message(left));
    }

    void describeGeneral() {
        std::map<const BlockFormat*, std::uint64_t> weights;
        for (const GgufPlanItem& item : m_plan.items)
            if (!item.use.isVector && item.use.file.starts_with("blk."))
                weights[item.format] += std::uint64_t{item.use.rows} * item.use.cols;
        const auto most = std::ranges::max_element(weights, {}, [](const auto& entry) {
            return std::pair(entry.second, entry.first->ggufType);
        });
        GgufMetadata& m = m_plan.metadata;
        m.set("general.type", GgufValue::text("model"));
        m.set("general.name", GgufValue::text(utf8::replaceInvalid(nameOf(m_model))));
        if (most != weights.end())
            if (const auto preset = presetOf(most->first->name))
                m.set("general.file_type", GgufValue::u32(*preset));
        if (std::ranges::any_of(m_plan.items,
                                [](const GgufPlanItem& i) { return i.format->blockSize > 1; }))
            m.set("general.quantization_version", GgufValue::u32(2));
    }

    Status addVocabulary(std::size_t size) {
        TextFiles files(m_model.path().string());
        for (const SideFile& file : m_model.sideFiles()) {
            if (file.path.empty())
                files.add(file.name, file.content);
            else
                files.addPath(file.name, file.path);
        }
        auto vocabulary = ggufVocabulary(files, size, m_model.tokenizer());
        if (!vocabulary) {
            if (vocabulary.error().code != ErrorCode::Unsupported) return fail(vocabulary.error());
            const std::string why =
                m_model.tokenizer() ? vocabulary.error().message : m_model.whyNoTokenizer().message;
            m_plan.metadata.set("tokenizer.ggml.model", GgufValue::text("no_vocab"));
            m_plan.notes.push_back("The file gets no vocabulary, so programs can give it token "
                                   "ids but no text: {}"_message(why));
            return {};
        }
        for (std::string& warning : vocabulary->warnings)
            m_plan.notes.push_back(std::move(warning));
        writeGgufVocabulary(*vocabulary, m_plan.metadata);
        return {};
    }

    const Model& m_model;
    const GgufExportParams& m_params;
    GgufPlan m_plan;
};

} // namespace

std::vector<GgufWriter::Declaration> GgufPlan::declarations() const {
    std::vector<GgufWriter::Declaration> out;
    for (const GgufPlanItem& item : items) {
        std::vector<std::uint64_t> dims{item.use.cols};
        if (!item.use.isVector) dims.push_back(item.use.rows);
        out.push_back({item.use.file, std::move(dims), item.format});
    }
    return out;
}

Result<GgufPlan> planGguf(const Model& model, const GgufExportParams& params) {
    return Planner(model, params).plan();
}

} // namespace bitsmith
