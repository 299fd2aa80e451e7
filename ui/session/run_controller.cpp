#include "ui/session/run_controller.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/preferences.h"
#include "ui/bridge/text.h"
#include "ui/session/study_text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace bitsmith::ui {
namespace {

// The job's body: opens what the request names, then measures.
Result<std::any> runEvaluation(const EvaluateRequest& request, const Engine& engine,
                               RunContext& context) {
    BITSMITH_TRY(const auto model, openModel(toPath(request.model)));
    std::shared_ptr<const Model> baseline;
    if (!request.baseline.isEmpty()) {
        BITSMITH_TRY(baseline, openModel(toPath(request.baseline)));
    }
    BITSMITH_TRY(EvalResult result,
                 evaluateModel(model, baseline, toPath(request.text), request.options, engine,
                               context, request.precision));
    return std::any(std::move(result));
}

Result<std::any> runExport(const ExportRequest& request, const Engine& engine,
                           RunContext& context) {
    std::shared_ptr<const Model> model = request.opened;
    if (!model) {
        BITSMITH_TRY(model, openModel(toPath(request.model)));
    }
    BITSMITH_TRY(ExportResult result, exportModel(model, request.options, engine, context));
    return std::any(std::move(result));
}

Result<std::any> runCodesStudy(const CodesStudyRequest& request, const Engine& engine,
                               RunContext& context) {
    if (hasCodes(*request.model)) {
        const CoderOptions coders;
        BITSMITH_TRY(QuantizedModelCodes codes,
                     quantizedCodes(*request.model, request.coders ? &coders : nullptr, context));
        return std::any(std::move(codes));
    }
    BITSMITH_TRY(StudyResult study,
                 studyCompressibility(request.model, request.options, engine, context));
    return std::any(std::move(study));
}

Result<std::any> runAnalysis(const AnalyzeRequest& request, const Engine& engine,
                             RunContext& context) {
    if (request.all) {
        BITSMITH_TRY(SensitivityReport report,
                     sensitivityReport(request.model, request.options, {}, engine, context));
        return std::any(std::move(report));
    }
    BITSMITH_TRY(SensitivityTable table,
                 measureSensitivity(request.model, request.options, engine, context));
    return std::any(std::move(table));
}

QString evaluationText(const EvalResult& result) {
    QString text = RunController::tr("perplexity %1 ± %2 (%3, %4 tokens, %5)")
                       .arg(numberText(result.perplexity), numberText(result.perplexityError),
                            engineText(protocolName(result.protocol)), countText(result.tokens),
                            secondsText(result.seconds));
    if (result.hasBaseline)
        text += RunController::tr("; original %1, mean KL %2 nats, same top token %3")
                    .arg(numberText(result.baselinePerplexity), numberText(result.klMean),
                         percentText(result.sameTop));
    return text;
}

QString agreementText(const SensitivityReport& report) {
    QStringList metrics;
    for (const MetricAgreement& metric : report.metrics)
        metrics << RunController::tr("%1 %2").arg(engineText(metric.title),
                                                  QString::number(metric.meanByWidth, 'f', 2));
    return RunController::tr("rank correlation with the measured divergence: %1")
        .arg(metrics.join(QStringLiteral(", ")));
}

QString compressionText(const CompressResult& result) {
    return result.kinds.empty() ? RunController::tr("%1, every checksum right: %2")
                                      .arg(bytesText(result.bytesIn), pathText(result.output))
                                : RunController::tr("%1 instead of %2, read back and equal: %3")
                                      .arg(bytesText(result.bytesOut), bytesText(result.bytesIn),
                                           pathText(result.output));
}

} // namespace

RunController::RunController(Services& services, Session& session, QObject* parent)
    : QObject(parent), m_services(services), m_session(session) {
    connect(&services.jobs(), &JobCenter::fed, this, &RunController::onFed);
    connect(&services.jobs(), &JobCenter::finished, this,
            [this](quint64 id) { onFinished(JobId{id}); });
}

QString RunController::suggestedOutput(const QString& modelName) {
    const QDir folder(dataFolder() + QStringLiteral("/quantized"));
    const QString stem = modelName.isEmpty() ? QStringLiteral("model") : modelName;
    for (int number = 1;; ++number) {
        const QString path = folder.filePath(QStringLiteral("%1-%2").arg(stem).arg(number));
        // OUT.partial holds the journal of a run that was stopped.
        if (!QFileInfo::exists(path) && !QFileInfo::exists(path + QStringLiteral(".partial")))
            return path;
    }
}

JobId RunController::quantize(QuantizeRequest request) {
    const Engine& engine = m_services.engine();
    const QString output = pathText(request.options.output);
    QDir().mkpath(QFileInfo(output).absolutePath());
    if (m_session.model() == request.model) m_session.clearReports();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Quantize %1, %2 bpw")
                      .arg(qs(request.plan->model), bitsText(request.plan->bitsPerWeight()))
                      .toStdString(),
         .kind = "quantize",
         .seed = request.options.seed,
         .work = [model = request.model, plan = request.plan, options = request.options,
                  &engine](RunContext& context) -> Result<std::any> {
             BITSMITH_TRY(QuantizeResult result,
                          bitsmith::quantize(model, plan, options, engine, context));
             return std::any(std::move(result));
         }});
    m_runs[id].quantize = std::move(request);
    m_runs[id].output = output;
    Q_EMIT reported(id.value);
    return id;
}

JobId RunController::calibrate(const CalibrateRequest& request) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Calibrate %1 with %2")
                      .arg(qs(request.model->name()), QFileInfo(request.text).fileName())
                      .toStdString(),
         .kind = "calibrate",
         .seed = request.options.seed,
         .work = [request, &engine](RunContext& context) -> Result<std::any> {
             BITSMITH_TRY(CalibrationResult result,
                          calibrateModel(request.model, toPath(request.text), request.options, {},
                                         engine, context));
             return std::any(std::move(result));
         }});
    m_runs[id].calibrate = request;
    Q_EMIT reported(id.value);
    return id;
}

JobId RunController::evaluate(const EvaluateRequest& request) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Evaluate %1 on %2")
                      .arg(QFileInfo(request.model).fileName(), QFileInfo(request.text).fileName())
                      .toStdString(),
         .kind = "evaluate",
         .work = [request, &engine](RunContext& context) {
             return runEvaluation(request, engine, context);
         }});
    m_runs[id];
    return id;
}

JobId RunController::exportModel(const ExportRequest& request) {
    const Engine& engine = m_services.engine();
    const QString output = pathText(request.options.output);
    QDir().mkpath(QFileInfo(output).absolutePath());
    const JobId id = m_services.jobs().submit(
        {.title = tr("Export %1 as %2")
                      .arg(QFileInfo(request.model).fileName(), qs(request.options.format))
                      .toStdString(),
         .kind = "export",
         .work = [request, &engine](RunContext& context) {
             return runExport(request, engine, context);
         }});
    m_runs[id].output = output;
    return id;
}

JobId RunController::compress(const CompressRequest& request) {
    const QString input = pathText(request.options.input.filename());
    const JobId id = m_services.jobs().submit(
        {.title = (request.decompress ? tr("Decompress %1") : tr("Compress %1"))
                      .arg(input)
                      .toStdString(),
         .kind = "compress",
         .work = [request](RunContext& context) -> Result<std::any> {
             const CompressOptions& o = request.options;
             BITSMITH_TRY(CompressResult result,
                          request.decompress ? decompressFile(o.input, o.output, o.replace, context)
                                             : compressFile(o, context));
             return std::any(std::move(result));
         }});
    m_runs[id].output = pathText(request.options.output);
    return id;
}

JobId RunController::loadStudy(const LoadStudyOptions& options) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Load study").toStdString(),
         .kind = "load_study",
         .work = [options, &engine](RunContext& context) -> Result<std::any> {
             BITSMITH_TRY(LoadStudy study, runLoadStudy(options, engine, context));
             return std::any(std::move(study));
         }});
    m_runs[id];
    return id;
}

JobId RunController::studyCodes(const CodesStudyRequest& request) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Compressibility of %1").arg(qs(request.model->name())).toStdString(),
         .kind = "compressibility",
         .work = [request, &engine](RunContext& context) {
             return runCodesStudy(request, engine, context);
         }});
    m_runs[id].codes = beginStudy(request);
    m_latestCodesStudy = id;
    return id;
}

const CodesStudy* RunController::codesStudied(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() || !run->second.codes ? nullptr : &*run->second.codes;
}

JobId RunController::analyze(const AnalyzeRequest& request) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Analyze %1: %2")
                      .arg(qs(request.model->name()),
                           request.all ? tr("all metrics") : metricTitle(request.options.metric))
                      .toStdString(),
         .kind = "analyze",
         .work = [request, &engine](RunContext& context) {
             return runAnalysis(request, engine, context);
         }});
    m_runs[id].analyze = request;
    return id;
}

JobId RunController::compareRecipes(const RecipeStudyRequest& request) {
    const Engine& engine = m_services.engine();
    const JobId id = m_services.jobs().submit(
        {.title = tr("Compare recipes on %1").arg(qs(request.model->name())).toStdString(),
         .kind = "recipes",
         .work = [request, &engine](RunContext& context) -> Result<std::any> {
             BITSMITH_TRY(RecipeStudy study,
                          bitsmith::studyRecipes(request.model, request.options, engine, context));
             return std::any(std::move(study));
         }});
    m_runs[id];
    m_latestRecipeStudy = id;
    return id;
}

const RecipeStudy* RunController::recipesCompared(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() || !run->second.recipes ? nullptr : &*run->second.recipes;
}

std::optional<LoadStudy> RunController::loadStudied(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() ? std::nullopt : run->second.loads;
}

template <class T>
std::optional<T> RunController::resultOf(JobId id) const {
    const JobSnapshot* job = m_services.jobs().find(id);
    if (!job || job->state != JobState::Done) return std::nullopt;
    const std::any value = m_services.jobs().result(id);
    const auto* result = std::any_cast<T>(&value);
    return result ? std::optional(*result) : std::nullopt;
}

std::optional<ExportResult> RunController::exported(JobId id) const {
    return resultOf<ExportResult>(id);
}

std::optional<CompressResult> RunController::compressed(JobId id) const {
    return resultOf<CompressResult>(id);
}

QString RunController::output(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() ? QString() : run->second.output;
}

bool RunController::canResume(JobId id) const {
    const auto run = m_runs.find(id);
    const JobSnapshot* job = m_services.jobs().find(id);
    return run != m_runs.end() && (run->second.quantize || run->second.analyze) && job &&
           (job->state == JobState::Cancelled || job->state == JobState::Failed);
}

void RunController::resume(JobId id) {
    if (!canResume(id)) return;
    if (const auto again = std::exchange(m_runs[id].analyze, std::nullopt)) {
        analyze(*again); // what the store has is not measured again
        return;
    }
    QuantizeRequest request = *m_runs[id].quantize;
    request.options.resume = true;
    m_runs[id].quantize.reset(); // once
    quantize(std::move(request));
}

const std::vector<LayerReport>& RunController::reports(JobId id) const {
    static const std::vector<LayerReport> none;
    const auto run = m_runs.find(id);
    return run == m_runs.end() ? none : run->second.reports;
}

std::size_t RunController::expectedReports(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() ? 0 : run->second.expected;
}

std::optional<EvalResult> RunController::evaluation(JobId id) const {
    const auto run = m_runs.find(id);
    return run == m_runs.end() ? std::nullopt : run->second.evaluation;
}

void RunController::onFed(const JobFeed& feed) {
    const JobSnapshot* job = m_services.jobs().find(feed.id);
    const QString source = job ? qs(job->title) : QString();
    for (const auto& line : feed.log) {
        if (line.level == LogLevel::Warning)
            m_services.messages().warn(source, engineMessage(line.text));
        else
            m_services.messages().info(source, engineMessage(line.text));
    }
    const auto found = m_runs.find(feed.id);
    if (found == m_runs.end()) return;
    Run& run = found->second;
    bool grew = false;
    for (const auto& result : feed.results) {
        if (const auto* finished = std::any_cast<TensorFinished>(&result)) {
            run.reports.push_back(finished->report);
            run.expected = finished->count;
            for (const auto& note : finished->report.notes)
                m_services.messages().info(qs(finished->report.name), engineMessage(note));
            if (run.quantize && run.quantize->model == m_session.model())
                m_session.addReport(finished->report);
            grew = true;
        } else if (const auto* soFar = std::any_cast<EvalResult>(&result)) {
            run.evaluation = *soFar;
            grew = true;
        } else if (const auto* measured = std::any_cast<LoadStudyProgress>(&result)) {
            run.loads = measured->soFar;
            grew = true;
        } else if (const auto* compared = std::any_cast<RecipeStudy>(&result)) {
            run.recipes = *compared;
            grew = true;
        } else if (run.codes) {
            grew |= run.codes->take(result);
        } else if (const auto* table =
                       std::any_cast<std::shared_ptr<const SensitivityTable>>(&result)) {
            if (run.analyze && run.analyze->model == m_session.model())
                m_session.sensitivities().add(*table);
            grew = true;
        }
    }
    if (grew) Q_EMIT reported(feed.id.value);
}

void RunController::onFinished(JobId id) {
    const JobSnapshot* job = m_services.jobs().find(id);
    const auto found = m_runs.find(id);
    if (!job || found == m_runs.end()) return;
    const QString title = qs(job->title);
    if (job->state == JobState::Failed) {
        m_services.messages().fail(title, qs(job->error));
    } else if (job->state == JobState::Cancelled) {
        m_services.messages().info(
            title, found->second.quantize
                       ? tr("cancelled; finished tensors are kept, Resume goes on from there")
                   : found->second.analyze
                       ? tr("cancelled; what was measured is kept, measuring again goes on there")
                       : tr("cancelled"));
    } else if (job->state == JobState::Done) {
        const std::any value = m_services.jobs().result(id);
        if (const auto* quantized = std::any_cast<QuantizeResult>(&value))
            finishedQuantize(found->second, *quantized);
        if (const auto* result = std::any_cast<CalibrationResult>(&value)) {
            m_services.messages().say(
                title, tr("%1 tokens, %2 inputs of layers%3")
                           .arg(countText(result->tokens))
                           .arg(result->layers.size())
                           .arg(result->cached ? tr("; all were measured before") : QString()));
            const auto& request = found->second.calibrate;
            if (request && request->model == m_session.model())
                m_session.setCalibration({request->text, result->key});
        }
        if (const auto* result = std::any_cast<ExportResult>(&value))
            m_services.messages().say(title, tr("%1 in %2: %3")
                                                 .arg(bytesText(result->bytes),
                                                      secondsText(result->seconds), output(id)));
        if (const auto* result = std::any_cast<CompressResult>(&value))
            m_services.messages().say(title, compressionText(*result));
        if (const auto* study = std::any_cast<LoadStudy>(&value)) {
            found->second.loads = *study;
            m_services.messages().say(title, loadVerdict(*study));
        }
        if (const auto* compared = std::any_cast<RecipeStudy>(&value)) {
            found->second.recipes = *compared;
            const auto losing = std::ranges::count_if(compared->recipes, &RecipeOutcome::loses);
            m_services.messages().say(
                title, tr("%1 settings in %2; %3 lose to a cheap method with the same bits")
                           .arg(compared->recipes.size())
                           .arg(secondsText(compared->seconds))
                           .arg(losing));
        }
        if (found->second.codes) {
            found->second.codes->finish(value);
            m_services.messages().say(title, found->second.codes->text());
        }
        if (const auto* result = std::any_cast<EvalResult>(&value)) {
            m_services.messages().say(title, evaluationText(*result));
            finishedEvaluation(found->second, *result);
        }
        if (const auto* table = std::any_cast<SensitivityTable>(&value)) {
            if (found->second.analyze && found->second.analyze->model == m_session.model())
                m_session.sensitivities().add(std::make_shared<const SensitivityTable>(*table));
            m_services.messages().say(
                title,
                tr("%1 tensors at %2 widths").arg(table->rows.size()).arg(table->widths.size()));
        }
        if (const auto* report = std::any_cast<SensitivityReport>(&value))
            m_services.messages().say(title, agreementText(*report));
    }
    m_services.store().refresh();
    Q_EMIT reported(id.value);
}

void RunController::finishedQuantize(Run& run, const QuantizeResult& result) {
    m_services.messages().say(tr("Quantize"),
                              tr("%1 bits per weight, %2 (was %3) in %4: %5")
                                  .arg(bitsText(result.bitsPerWeight), bytesText(result.bytes),
                                       bytesText(result.originalBytes), secondsText(result.seconds),
                                       pathText(result.output)));
    if (!run.quantize) return;
    if (run.quantize->model == m_session.model()) m_session.setLastOutput(pathText(result.output));
    if (!run.quantize->evaluate) return;
    EvaluateRequest next = *run.quantize->evaluate;
    next.model = pathText(result.output);
    const auto plan = run.quantize->plan;
    const bool ours = run.quantize->model == m_session.model();
    const JobId id = evaluate(next);
    if (ours) m_runs[id].evaluated = plan;
}

void RunController::finishedEvaluation(Run& run, const EvalResult& result) {
    run.evaluation = result;
    const auto& plan = m_session.document().plan();
    if (run.evaluated && result.hasBaseline && plan && plan->modelKey == run.evaluated->modelKey)
        m_session.sensitivities().setChecked(
            {.plan = run.evaluated, .kl = result.klMean, .perplexity = result.perplexity});
}

} // namespace bitsmith::ui
