#include "core/pipeline/planned_export.h"

namespace bitsmith {
namespace {

// The model with the layouts of a plan. It has no weights for them: asked for one, it gives scales
// of 0, which every format holds.
class PlannedModel final : public Model {
public:
    PlannedModel(std::shared_ptr<const Model> model, const Plan& plan) : m_model(std::move(model)) {
        m_path = m_model->path();
        m_name = m_model->name();
        m_family = m_model->family();
        m_tensors = m_model->tensors();
        m_parameters = m_model->parameters();
        if (m_model->architecture()) m_architecture = *m_model->architecture();
        m_whyNotRunnable = m_model->whyNotRunnable();
        // Somebody else's tokenizer, which lives as long as the model.
        m_tokenizer = {m_model, m_model->tokenizer()};
        m_whyNoTokenizer = m_model->whyNoTokenizer();
        const TargetModel planned = targetModel(plan, m_family);
        for (std::size_t i = 0; i < m_tensors.size(); ++i) {
            TensorInfo& info = m_tensors[i];
            if (const auto& layout = planned.tensors[i].layout) {
                info.layout = layout;
                info.dtype = layout->name();
                info.bytes = layout->storedBytes();
                m_planned.emplace(info.name, *layout);
            }
            m_bytes += info.bytes;
        }
        index();
    }

    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view tensor) const override {
        return m_model->matrix(tensor);
    }
    Result<std::vector<float>> values(std::string_view tensor) const override {
        return m_model->values(tensor);
    }
    Result<StoredTensor> stored(std::string_view tensor) const override {
        return m_model->stored(tensor);
    }
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(std::string_view tensor) const override {
        const auto found = m_planned.find(tensor);
        if (found == m_planned.end()) return m_model->quantized(tensor);
        auto matrix = std::make_shared<QuantizedMatrix>();
        static_cast<MatrixLayout&>(*matrix) = found->second;
        matrix->scales.resize(matrix->scaleBytes());
        matrix->books.resize(matrix->bookBytes());
        return matrix;
    }
    std::vector<SideFile> sideFiles() const override { return m_model->sideFiles(); }
    std::string_view format() const override { return "bitsmith"; }
    void release(std::string_view tensor) const override { m_model->release(tensor); }

private:
    std::string computeContentKey() const override { return m_model->contentKey(); }
    std::shared_ptr<const Model> m_model;
    std::map<std::string, MatrixLayout, std::less<>> m_planned;
};

} // namespace

Result<ExportCheck> checkPlannedExport(const std::shared_ptr<const Model>& model, const Plan& plan,
                                       const ExportOptions& options) {
    if (plan.tensors.size() != model->tensors().size())
        return fail(ErrorCode::Usage, "the plan was made for another model ('{}')", plan.model);
    return checkExport(PlannedModel(model, plan), options);
}

} // namespace bitsmith
