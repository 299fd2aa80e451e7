#include "ui/lessons/picture_source.h"

#include "core/calibration/calibrate.h"
#include "ui/bridge/text.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

// Gram matrices of wider inputs would take longer to read than a lesson should wait.
constexpr std::size_t MostGramCols = 4096;

std::shared_ptr<const LayerStats> statsOf(const TensorInfo& info, const std::string& calibration,
                                          const Engine& engine) {
    if (calibration.empty() || info.block < 0 || info.input.empty()) return nullptr;
    const StatsCache cache(engine.calibrationFolder, calibration);
    auto stats = cache.load(blockInputName(static_cast<std::size_t>(info.block), info.input),
                            info.cols <= MostGramCols);
    return stats ? *stats : nullptr;
}

} // namespace

Result<std::shared_ptr<const PictureWeights>> readPictureWeights(std::shared_ptr<const Model> model,
                                                                 const std::string& tensor,
                                                                 const std::string& calibration,
                                                                 const Engine& engine) {
    const TensorInfo* info = model->find(tensor);
    if (!info || info->rows == 0 || info->cols == 0)
        return fail(ErrorCode::Usage,
                    "{} is no matrix. Activate a weight matrix in Layers (double-click or Enter)",
                    tensor.empty() ? "The active tensor" : tensor);
    BITSMITH_TRY(const auto matrix, model->matrix(tensor));
    auto out = std::make_shared<PictureWeights>();
    out->tensor = qs(tensor);
    out->rows = matrix->rows();
    out->cols = matrix->cols();
    const std::size_t cols = std::min(out->cols, PictureWeights::MostCols);
    const std::size_t rows =
        std::clamp<std::size_t>(PictureWeights::MostValues / cols, 1, out->rows);
    out->values = Matrix(rows, cols);
    std::vector<float> row(out->cols);
    for (std::size_t r = 0; r < rows; ++r) {
        matrix->decodeRows(r * out->rows / rows, 1, row.data()); // spread over the matrix
        for (std::size_t c = 0; c < cols; ++c)
            out->values(r, c) = std::isfinite(row[c]) ? row[c] : 0.0F;
    }
    out->stats = statsOf(*info, calibration, engine);
    out->model = std::move(model);
    return std::shared_ptr<const PictureWeights>(std::move(out));
}

PictureSource::PictureSource(Services& services, Session& session, QObject* parent)
    : QObject(parent), m_services(services), m_session(session), m_request(services.quick()) {
    connect(&session, &Session::stateChanged, this, &PictureSource::forget);
    connect(&session, &Session::activeChanged, this, &PictureSource::forget);
    connect(&session, &Session::calibrationChanged, this, &PictureSource::forget);
}

void PictureSource::forget() {
    m_request.cancel();
    m_weights.reset();
    m_problem.clear();
    Q_EMIT outdated();
}

void PictureSource::want() {
    if (m_weights || m_request.busy()) return;
    const auto& model = m_session.model();
    if (!model) {
        m_problem = m_session.state() == SessionState::Opening
                        ? tr("The model is being opened…")
                        : tr("No model is open, so this is the lesson's own example. Open a model "
                             "(or the demo model) to see your weights here.");
        Q_EMIT ready();
        return;
    }
    const std::string key = m_session.calibration() ? m_session.calibration()->key : std::string();
    using Value = std::shared_ptr<const PictureWeights>;
    m_request.start<Value>(
        [model, tensor = m_session.activeTensor(), key, &engine = m_services.engine()](RunContext&)
            -> Result<Value> { return readPictureWeights(model, tensor, key, engine); },
        [this](Result<Value> result) {
            if (result)
                m_weights = *std::move(result);
            else
                m_problem = qs(result.error().message);
            Q_EMIT ready();
        });
}

} // namespace bitsmith::ui
