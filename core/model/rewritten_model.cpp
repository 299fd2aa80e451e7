#include "core/model/rewritten_model.h"

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/model/inventory.h"
#include "core/tensor/convert.h"
#include "core/tensor/rotation.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;
constexpr const char* HeadName = "lm_head.weight";

Matrix transposed(const Matrix& matrix) {
    Matrix out(matrix.cols(), matrix.rows());
    for (std::size_t r = 0; r < matrix.rows(); ++r)
        for (std::size_t c = 0; c < matrix.cols(); ++c) out(c, r) = matrix(r, c);
    return out;
}

void rotateRows(Matrix& matrix, std::uint64_t seed) {
    const Rotation rotation(matrix.cols(), seed);
    parallelFor(matrix.rows(), RowsAtOnce, [&](std::size_t first, std::size_t last) {
        rotation.apply(matrix.view().rowRange(first, last - first));
    });
}

void applyEdit(const TensorEdit& edit, Matrix& w) {
    for (std::size_t r = 0; r < w.rows(); ++r) {
        const float factor = edit.rows.empty() ? 1.0F : edit.rows[r];
        for (std::size_t c = 0; c < w.cols(); ++c)
            w(r, c) *= edit.cols.empty() ? factor : factor * edit.cols[c];
    }
    if (edit.rotateIn) rotateRows(w, *edit.rotateIn);
    if (edit.rotateOut) {
        w = transposed(w);
        rotateRows(w, *edit.rotateOut);
        w = transposed(w);
    }
}

void applyEdit(const TensorEdit& edit, std::vector<float>& values) {
    if (!edit.values.empty()) values = edit.values;
    for (std::size_t i = 0; i < edit.rows.size(); ++i) values[i] *= edit.rows[i];
    if (edit.rotateOut)
        Rotation(values.size(), *edit.rotateOut).apply(MatrixView(values.data(), 1, values.size()));
}

void roundTo(DType type, std::span<float> values) {
    if (type == DType::F32) return;
    std::vector<std::byte> bytes(values.size() * byteSize(type));
    fromFloat(type, values, bytes);
    toFloat(type, bytes, values);
}

void hashEdit(Hasher& key, std::string_view name, const TensorEdit& edit) {
    key.add(name);
    for (const auto* values : {&edit.values, &edit.rows, &edit.cols})
        key.add(static_cast<std::uint64_t>(values->size())).add(std::as_bytes(std::span(*values)));
    for (const auto& seed : {edit.rotateIn, edit.rotateOut})
        key.add(static_cast<std::uint64_t>(seed.has_value())).add(seed.value_or(0));
    key.add(edit.type ? dtypeName(*edit.type) : "");
}

class RewrittenModel final : public Model {
public:
    RewrittenModel(std::shared_ptr<const Model> base, RewriteSpec spec)
        : m_base(std::move(base)), m_spec(std::move(spec)) {
        m_path = m_base->path();
        m_name = m_base->name();
        m_family = m_base->family();
        m_tensors = m_base->tensors();
        m_parameters = m_base->parameters();
        if (m_base->architecture()) {
            m_architecture = *m_base->architecture();
            for (const TensorUse& use : tensorsOf(*m_architecture))
                if (use.transposed) m_transposed.insert(use.info.name);
        }
        m_whyNotRunnable = m_base->whyNotRunnable();
        m_whyNoTokenizer = m_base->whyNoTokenizer();
        // Borrowed from the base, which this keeps alive.
        if (m_base->tokenizer())
            m_tokenizer = std::shared_ptr<const Tokenizer>(m_base, m_base->tokenizer());
    }

    Status prepare() {
        for (const auto& [name, edit] : m_spec.edits) BITSMITH_CHECK(check(name, edit));
        for (TensorInfo& info : m_tensors)
            if (const TensorEdit* edit = editOf(info.name)) retype(info, *edit);
        if (m_spec.untiedHead) BITSMITH_CHECK(untie());
        for (const TensorInfo& info : m_tensors) m_bytes += info.bytes;
        index();
        return {};
    }

    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view name) const override {
        const TensorEdit* edit = editOf(name);
        if (!edit) return m_base->matrix(name);
        BITSMITH_TRY(Matrix changed, edited(name, *edit));
        return denseWeights(std::move(changed));
    }

    Result<std::vector<float>> values(std::string_view name) const override {
        const TensorEdit* edit = editOf(name);
        if (!edit) return m_base->values(name);
        const TensorInfo& info = *find(name);
        if (info.shape.size() == 1) {
            BITSMITH_TRY(std::vector<float> out, m_base->values(name));
            applyEdit(*edit, out);
            roundTo(*dtypeFromName(info.dtype), out);
            return out;
        }
        BITSMITH_TRY(Matrix out, edited(name, *edit));
        if (m_transposed.contains(name)) out = transposed(out);
        return std::vector<float>(out.values().begin(), out.values().end());
    }

    Result<StoredTensor> stored(std::string_view name) const override {
        if (!editOf(name)) return m_base->stored(name);
        const TensorInfo& info = *find(name);
        BITSMITH_TRY(const std::vector<float> numbers, values(name));
        const DType type = *dtypeFromName(info.dtype);
        auto bytes = std::make_shared<std::vector<std::byte>>(numbers.size() * byteSize(type));
        fromFloat(type, numbers, *bytes);
        return StoredTensor{{type, info.shape, *bytes}, bytes};
    }

    Result<std::shared_ptr<const QuantizedMatrix>> quantized(std::string_view name) const override {
        if (editOf(name)) return std::shared_ptr<const QuantizedMatrix>();
        return m_base->quantized(name);
    }

    std::vector<SideFile> sideFiles() const override {
        auto files = m_base->sideFiles();
        for (SideFile& file : files)
            if (file.name == "config.json" && !m_config.empty()) file = {file.name, {}, m_config};
        return files;
    }
    std::string_view format() const override { return "safetensors"; }
    void release(std::string_view name) const override { m_base->release(sourceOf(name)); }

private:
    bool isHead(std::string_view name) const { return m_spec.untiedHead && name == HeadName; }
    // The base's tensor that this one is made from.
    std::string_view sourceOf(std::string_view name) const {
        return isHead(name) ? std::string_view(m_architecture->embedding) : name;
    }
    const TensorEdit* editOf(std::string_view name) const {
        if (isHead(name)) return &*m_spec.untiedHead;
        const auto found = m_spec.edits.find(name);
        return found == m_spec.edits.end() ? nullptr : &found->second;
    }

    Result<Matrix> edited(std::string_view name, const TensorEdit& edit) const {
        BITSMITH_TRY(const auto stored, m_base->matrix(sourceOf(name)));
        Matrix out = decodeAll(*stored);
        applyEdit(edit, out);
        roundTo(*dtypeFromName(find(name)->dtype), out.values());
        return out;
    }

    Status check(const std::string& name, const TensorEdit& edit) const {
        const TensorInfo* info = m_base->find(name);
        if (!info) return fail(ErrorCode::Usage, "'{}' has no tensor '{}'", m_name, name);
        const bool vector = info->shape.size() == 1;
        const auto fits = [](const std::vector<float>& values, std::size_t size) {
            return values.empty() || values.size() == size;
        };
        const std::size_t rows = vector ? static_cast<std::size_t>(info->shape[0]) : info->rows;
        const bool suits =
            vector ? edit.cols.empty() && !edit.rotateIn && fits(edit.values, rows)
                   : info->shape.size() == 2 && edit.values.empty() && fits(edit.cols, info->cols);
        if (suits && fits(edit.rows, rows)) return {};
        return fail(ErrorCode::Usage, "the change of '{}' does not fit its shape, {}", name,
                    shapeText(info->shape));
    }

    void retype(TensorInfo& info, const TensorEdit& edit) const {
        const DType type = editedType(info, edit, m_spec.type);
        info.dtype = dtypeName(type);
        info.bytes = static_cast<std::uint64_t>(elementCount(info.shape)) * byteSize(type);
        info.layout.reset();
    }

    Status untie() {
        if (!m_architecture || !m_architecture->tied() || m_base->find(HeadName))
            return fail(ErrorCode::Usage, "'{}' has no output head that is tied to its embedding",
                        m_name);
        for (const SideFile& file : m_base->sideFiles()) {
            if (file.name != "config.json") continue;
            BITSMITH_TRY(const std::string text, sideFileText(file));
            auto config = nlohmann::ordered_json::parse(text, nullptr, false);
            if (!config.is_object()) break;
            config["tie_word_embeddings"] = false;
            m_config = config.dump(2) + "\n";
        }
        if (m_config.empty())
            return fail(ErrorCode::Usage,
                        "'{}' has no config.json that could say that its output "
                        "head is no longer tied to its embedding",
                        m_name);
        TensorInfo head = *m_base->find(m_architecture->embedding);
        head.name = HeadName;
        head.role = "head";
        retype(head, *m_spec.untiedHead);
        m_parameters += static_cast<std::uint64_t>(elementCount(head.shape));
        m_tensors.push_back(std::move(head));
        m_architecture->head.weight = HeadName;
        return {};
    }

    std::string computeContentKey() const override {
        Hasher key;
        key.add(m_base->contentKey()).add("rewritten");
        for (const auto& [name, edit] : m_spec.edits) hashEdit(key, name, edit);
        if (m_spec.untiedHead) hashEdit(key, HeadName, *m_spec.untiedHead);
        key.add(m_spec.type ? dtypeName(*m_spec.type) : "own");
        return key.hex();
    }

    std::shared_ptr<const Model> m_base;
    RewriteSpec m_spec;
    std::string m_config; // empty: the base's
    std::set<std::string, std::less<>> m_transposed;
};

} // namespace

DType editedType(const TensorInfo& info, const TensorEdit& edit, std::optional<DType> type) {
    if (edit.type) return *edit.type;
    if (type) return *type;
    const auto own = info.layout ? std::nullopt : dtypeFromName(info.dtype);
    return own && isFloating(*own) ? *own : DType::F32;
}

Result<std::shared_ptr<const Model>> rewrittenModel(std::shared_ptr<const Model> model,
                                                    RewriteSpec spec) {
    auto out = std::make_shared<RewrittenModel>(std::move(model), std::move(spec));
    BITSMITH_CHECK(out->prepare());
    return out;
}

} // namespace bitsmith
