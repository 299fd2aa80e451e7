#include "ui/session/session.h"

#include "core/pipeline/quantize.h"
#include "core/plan/presets.h"
#include "ui/bridge/text.h"

#include <QDir>
#include <QFileInfo>
#include <nlohmann/json.hpp>

namespace bitsmith::ui {
namespace {

// What a fresh plan uses: the data-free baseline, so that a first run needs no calibration text.
constexpr std::string_view DefaultRecipe = "rtn";

Result<std::shared_ptr<const Recipe>> defaultRecipe() {
    auto recipe = findRecipe(DefaultRecipe);
    if (!recipe && !builtinRecipes().empty()) return builtinRecipes().front();
    return recipe;
}

Result<std::shared_ptr<const Plan>> savedPlan(const Model& model, const std::string& planJson) {
    const auto json = nlohmann::ordered_json::parse(planJson, nullptr, false);
    if (json.is_discarded())
        return fail(ErrorCode::BadInput, "the experiment's plan is not valid JSON");
    return planFromJson(json, model.name(), model.contentKey(), planTensors(model));
}

// The output of an experiment that did not end and whose journal is still there.
QString journaledOutput(const Experiment& experiment) {
    if (experiment.state == "done") return {};
    for (const auto& artifact : experiment.artifacts)
        if (artifact.kind == "container" && // exports are recorded, too
            QFileInfo::exists(qs(artifact.path) + QStringLiteral(".partial")))
            return qs(artifact.path);
    return {};
}

} // namespace

Session::Session(Services& services, QObject* parent)
    : QObject(parent), m_services(services), m_opening(services.quick()) {}

bool Session::isDemo() const {
    const auto demo = demoModelFolder();
    return m_model && demo && QDir(m_path) == QDir(pathText(*demo));
}

void Session::open(const QString& path) { startOpening(path, {}); }

void Session::openDemo() {
    const auto folder = demoModelFolder();
    if (!folder) {
        m_services.messages().fail(tr("Demo"), qs(folder.error().message));
        return;
    }
    open(pathText(*folder));
}

void Session::openPlan(Experiment experiment) {
    if (!m_model || m_model->contentKey() != experiment.modelKey) {
        const QString unfinished = journaledOutput(experiment);
        startOpening(qs(experiment.modelPath), std::move(experiment.planJson));
        m_unfinishedOutput = unfinished;
        return;
    }
    auto plan = savedPlan(*m_model, experiment.planJson);
    const QString name = tr("Open plan of experiment %1").arg(experiment.id.value);
    if (!plan) {
        m_services.messages().fail(name, qs(plan.error().message));
        return;
    }
    m_document.apply(name, *plan);
    m_unfinishedOutput = journaledOutput(experiment);
}

void Session::startOpening(const QString& path, std::string planJson) {
    m_path = QFileInfo(path).absoluteFilePath();
    m_error.clear();
    m_model.reset();
    m_sensitivities.setModel(nullptr);
    m_budget.setModel(nullptr);
    m_active.clear();
    m_reports.clear();
    m_calibration.reset();
    m_lastOutput.clear();
    m_unfinishedOutput.clear();
    m_state = SessionState::Opening; // who hears of the document's end must not find a model
    m_document.reset(nullptr);
    setState(SessionState::Opening);
    m_opening.start<Opened>(
        [file = toPath(m_path), planJson = std::move(planJson)](RunContext&) -> Result<Opened> {
            Opened out;
            BITSMITH_TRY(out.model, openModel(file));
            const Model& model = *out.model;
            if (!planJson.empty()) {
                auto plan = savedPlan(model, planJson);
                if (plan)
                    out.plan = *plan;
                else
                    out.planProblem = plan.error().message;
            }
            if (!out.plan) {
                BITSMITH_TRY(const auto recipe, defaultRecipe());
                BITSMITH_TRY(out.plan, makePlan(model.name(), model.contentKey(),
                                                planTensors(model), recipe));
            }
            return out;
        },
        [this](Result<Opened> result) { opened(std::move(result)); });
}

void Session::opened(Result<Opened> result) {
    if (!result) {
        m_error = qs(result.error().message);
        m_services.messages().fail(tr("Open"), m_error);
        setState(SessionState::Failed);
        return;
    }
    m_model = result->model;
    m_target.setFamily(m_model->family());
    m_document.reset(result->plan);
    m_sensitivities.setModel(m_model);
    m_budget.setModel(m_model);
    m_recent.add(m_path);
    m_services.messages().info(tr("Open"), tr("%1: %2, %3 parameters, %4")
                                               .arg(m_path, qs(m_model->family()),
                                                    countText(m_model->parameters()),
                                                    bytesText(m_model->bytes())));
    if (!m_model->architecture())
        m_services.messages().warn(tr("Open"), qs(m_model->whyNotRunnable().message));
    else if (!m_model->tokenizer())
        m_services.messages().warn(tr("Open"), qs(m_model->whyNoTokenizer().message));
    if (!result->planProblem.empty())
        m_services.messages().fail(tr("Open plan"), qs(result->planProblem));
    setState(SessionState::Open);
    for (const auto& tensor : m_model->tensors())
        if (tensor.quantizable) {
            activate(tensor.name);
            break;
        }
}

void Session::edit(std::span<const std::size_t> rows, const PlanEdit& edit, const QString& text) {
    if (!m_document.plan() || rows.empty()) return;
    auto next = edited(*m_document.plan(), rows, edit);
    if (next)
        m_document.apply(text, *next);
    else
        m_services.messages().fail(text, qs(next.error().message));
}

void Session::usePreset(std::string_view id) {
    if (!m_document.plan()) return;
    const QString name = tr("Preset %1").arg(qs(id));
    auto next = withPreset(*m_document.plan(), id);
    if (next)
        m_document.apply(name, *next);
    else
        m_services.messages().fail(name, qs(next.error().message));
}

bool Session::useSetting(const QString& setting) {
    if (!m_document.plan()) return false;
    const QString name = tr("Setting %1").arg(setting);
    auto next = withSetting(*m_document.plan(), setting.toStdString());
    if (next)
        m_document.apply(name, *next);
    else
        m_services.messages().fail(name, qs(next.error().message));
    return next.has_value();
}

void Session::activate(const std::string& tensor) {
    if (tensor == m_active) return;
    m_active = tensor;
    Q_EMIT activeChanged();
}

const LayerReport* Session::report(const std::string& tensor) const {
    const auto it = m_reports.find(tensor);
    return it == m_reports.end() ? nullptr : &it->second;
}

void Session::addReport(const LayerReport& report) {
    m_reports.insert_or_assign(report.name, report);
    Q_EMIT reportsChanged();
}

void Session::clearReports() {
    m_reports.clear();
    Q_EMIT reportsChanged();
}

void Session::setLastOutput(const QString& path) {
    m_lastOutput = path;
    Q_EMIT lastOutputChanged();
}

void Session::setCalibration(Calibration calibration) {
    m_calibration = std::move(calibration);
    Q_EMIT calibrationChanged();
}

void Session::setState(SessionState state) {
    m_state = state;
    Q_EMIT stateChanged();
    Q_EMIT activeChanged();
    Q_EMIT reportsChanged();
}

} // namespace bitsmith::ui
