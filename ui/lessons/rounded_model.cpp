#include "ui/lessons/rounded_model.h"

#include "core/quant/recipe.h"

#include <fmt/format.h>

#include <map>

namespace bitsmith::ui {
namespace {

using Matrices = std::map<std::string, std::shared_ptr<const WeightMatrix>, std::less<>>;

class Overlay final : public Model {
public:
    Overlay(std::shared_ptr<const Model> original, Matrices matrices, int bits)
        : m_original(std::move(original)), m_matrices(std::move(matrices)), m_bits(bits) {
        m_path = m_original->path();
        m_name = m_original->name();
        m_family = m_original->family();
        m_tensors = m_original->tensors();
        m_parameters = m_original->parameters();
        m_bytes = m_original->bytes();
        if (const Architecture* architecture = m_original->architecture())
            m_architecture = *architecture;
        m_whyNotRunnable = m_original->whyNotRunnable();
        m_whyNoTokenizer = m_original->whyNoTokenizer();
        // Shares the original's, and keeps it alive.
        m_tokenizer = std::shared_ptr<const Tokenizer>(m_original, m_original->tokenizer());
        index();
    }
    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view tensor) const override {
        const auto at = m_matrices.find(tensor);
        if (at == m_matrices.end()) return m_original->matrix(tensor);
        return at->second;
    }
    Result<std::vector<float>> values(std::string_view tensor) const override {
        return m_original->values(tensor);
    }
    Result<StoredTensor> stored(std::string_view tensor) const override {
        return m_original->stored(tensor);
    }
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(std::string_view tensor) const override {
        return m_original->quantized(tensor);
    }
    std::vector<SideFile> sideFiles() const override { return m_original->sideFiles(); }
    std::string_view format() const override { return m_original->format(); }
    void release(std::string_view tensor) const override { m_original->release(tensor); }

protected:
    std::string computeContentKey() const override {
        return fmt::format("{}-rounded-{}", m_original->contentKey(), m_bits);
    }

private:
    std::shared_ptr<const Model> m_original;
    Matrices m_matrices;
    int m_bits;
};

} // namespace

Result<RoundedModel> roundModel(std::shared_ptr<const Model> original, int bits,
                                RunContext& context) {
    BITSMITH_TRY(auto recipe, findRecipe("rtn"));
    BITSMITH_TRY(recipe, withSetting(*recipe, "group_size", "64"));
    Matrices matrices;
    double stored = 0, weights = 0;
    std::size_t done = 0;
    for (const TensorInfo& tensor : original->tensors()) {
        context.checkpoint(static_cast<double>(done++) /
                           static_cast<double>(original->tensors().size()));
        if (!tensor.quantizable) continue;
        BITSMITH_TRY(const auto matrix, original->matrix(tensor.name));
        const Matrix values = decodeAll(*matrix);
        BITSMITH_TRY(LayerResult result,
                     quantizeLayer({.name = tensor.name, .weights = values.view(), .bits = bits},
                                   *recipe, nullptr, context));
        stored += 8 * static_cast<double>(result.report.bytes);
        weights += static_cast<double>(tensor.rows * tensor.cols);
        matrices[tensor.name] = packedWeights(result.matrix);
        original->release(tensor.name);
    }
    if (matrices.empty())
        return fail(ErrorCode::Usage, "{} has no weight matrix to round", original->name());
    return RoundedModel{std::make_shared<Overlay>(std::move(original), std::move(matrices), bits),
                        stored / weights};
}

} // namespace bitsmith::ui
