// One layer of a trained model with what came into it on a text of its kind: what the comparisons
// with numpy run on beside random matrices. The demo model is always there, the others where the
// shared folder of real models is.
//
//   QTest::newRow("demo") << "demo";  ...
//   QFETCH(QString, model);
//   BITSMITH_REAL_LAYER(layer, model);  // skips where it is absent
#pragma once

#include "core/base/atomic_file.h"
#include "core/calibration/calibrate.h"
#include "core/compute/backend.h"
#include "core/quant/recipe.h"
#include "tests/support/real_models.h"

#include <map>

namespace bitsmith::test {

// Models with gates.
inline constexpr const char* RealModels[] = {"demo", "stories260K", "prose-3m"};

// The gate projection of the second block.
struct RealLayer {
    Matrix weights;         // (rows x cols): its first rows
    LayerStats stats;       // of 1024 tokens; stats.sample holds 256 of them
    Matrix behindQuantized; // (256 x cols): inputs of the same tokens behind a first block that was
                            // rounded to 3 bits
};

namespace real {

template <class T>
T must(Result<T> result) {
    if (!result) qFatal("%s", result.error().message.c_str());
    return *std::move(result);
}

// Inputs of block 1's gate, after block 0 as `overrides` say.
inline LayerStats inputsOf(const ForwardPass& pass, const CalibrationSamples& samples,
                           const WeightOverrides& overrides) {
    RunContext context;
    BlockWalk walk = must(BlockWalk::start(pass, samples));
    must(walk.advance(*must(pass.loadBlock(0, overrides)), 0, false, context));
    return *must(walk.measure(*must(pass.loadBlock(1)), 1, "mlp_in", context));
}

inline RealLayer load(const RealModel& files) {
    constexpr std::size_t Rows = 64;
    const auto model = must(openModel(files.folder));
    const ForwardPass pass = must(ForwardPass::create(model, makeCpuBackend()));
    std::string text = must(readTextFile(files.calibration));
    text.resize(text.rfind('\n', 200'000) + 1); // as much as is needed
    const CalibrationSamples samples =
        must(drawSamples(*model, text, {.samples = 16, .context = 64}));
    RealLayer layer;
    layer.stats = inputsOf(pass, samples, {});
    WeightOverrides rounded;
    for (const TensorInfo& tensor : model->tensors()) {
        if (tensor.block == 0 && tensor.quantizable) {
            const Matrix w = decodeAll(*must(model->matrix(tensor.name)));
            RunContext context;
            rounded[tensor.name] = packedWeights(
                must(quantizeLayer({.name = tensor.name, .weights = w.view(), .bits = 3},
                                   **findRecipe("rtn"), nullptr, context))
                    .matrix);
        }
        if (tensor.block == 1 && tensor.role == "mlp.gate") {
            const Matrix w = decodeAll(*must(model->matrix(tensor.name)));
            layer.weights = Matrix(Rows, w.cols());
            std::copy_n(w.data(), Rows * w.cols(), layer.weights.data());
        }
    }
    if (layer.weights.empty()) qFatal("%s has no gate", files.name);
    layer.behindQuantized = inputsOf(pass, samples, rounded).sample;
    return layer;
}

} // namespace real

// nullptr where the model or its text is absent. Loaded once.
inline const RealLayer* realLayer(const QString& name) {
    static std::map<QString, RealLayer> loaded;
    const RealModel& model = realModel(name);
    if (!model.present()) return nullptr;
    if (!loaded.contains(name)) loaded[name] = real::load(model);
    return &loaded[name];
}

} // namespace bitsmith::test

#define BITSMITH_REAL_LAYER(layer, name)                                                           \
    const bitsmith::test::RealLayer* layer = bitsmith::test::realLayer(name);                      \
    if (!layer) QSKIP(qPrintable(bitsmith::test::realModel(name).whyAbsent()))
