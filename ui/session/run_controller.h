// Starts heavy jobs from the window's wishes and files what they say: reports to the session,
// messages to the log, follow-up evaluation. Keeps each run's request, so that it can be resumed.
#pragma once

#include "core/pipeline/compress.h"
#include "core/pipeline/export.h"
#include "core/pipeline/load_study.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/recipe_study.h"
#include "core/pipeline/sensitivity_report.h"
#include "ui/session/codes_study.h"
#include "ui/session/session.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace bitsmith::ui {

struct EvaluateRequest {
    QString model;    // folder or file
    QString baseline; // empty: none
    QString text;
    EvalOptions options;
    ModelPrecision precision{};
};

struct QuantizeRequest {
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Plan> plan;
    QuantizeOptions options;
    std::optional<EvaluateRequest> evaluate; // afterwards; its model is filled in
};

struct CalibrateRequest {
    std::shared_ptr<const Model> model;
    QString text;
    CalibrationOptions options;
};

struct ExportRequest {
    QString model;                       // folder or file
    std::shared_ptr<const Model> opened; // null: the job opens it
    ExportOptions options;
};

struct CompressRequest {
    bool decompress = false; // give the original back; the coder is not asked
    CompressOptions options;
};

struct AnalyzeRequest {
    std::shared_ptr<const Model> model;
    SensitivityOptions options;
    bool all = false; // measured divergence and every metric, to compare them
};

struct RecipeStudyRequest {
    std::shared_ptr<const Model> model;
    RecipeStudyOptions options;
};

class RunController final : public QObject {
    Q_OBJECT
public:
    RunController(Services& services, Session& session, QObject* parent = nullptr);

    JobId quantize(QuantizeRequest request);
    // The session has its calibration when it is done, if the model is still open.
    JobId calibrate(const CalibrateRequest& request);
    JobId evaluate(const EvaluateRequest& request);
    JobId exportModel(const ExportRequest& request);
    JobId compress(const CompressRequest& request);
    JobId loadStudy(const LoadStudyOptions& options);
    JobId studyCodes(const CodesStudyRequest& request);
    JobId analyze(const AnalyzeRequest& request);
    JobId compareRecipes(const RecipeStudyRequest& request);
    // Whether resume() would start something: a cancelled or failed quantization or analysis.
    bool canResume(JobId id) const;
    void resume(JobId id);

    // Reports of a quantization in the order they came; empty for other jobs.
    const std::vector<LayerReport>& reports(JobId id) const;
    std::size_t expectedReports(JobId id) const; // how many there will be; 0: not known yet
    std::optional<EvalResult> evaluation(JobId id) const;     // the latest, also while it runs
    std::optional<ExportResult> exported(JobId id) const;     // of an export that is done
    std::optional<CompressResult> compressed(JobId id) const; // of such a job that is done
    std::optional<LoadStudy> loadStudied(JobId id) const;     // also what is known while it runs
    // What is known so far, also after the job was forgotten; nullptr for other jobs.
    const CodesStudy* codesStudied(JobId id) const;
    JobId latestCodesStudy() const { return m_latestCodesStudy; } // value 0: there was none
    const RecipeStudy* recipesCompared(JobId id) const; // as far as it is; nullptr: nothing yet
    JobId latestRecipeStudy() const { return m_latestRecipeStudy; } // value 0: there was none
    // Where a job writes; empty for those that only measure.
    QString output(JobId id) const;

    // A fresh folder for the next quantization of this model, under the user's data folder.
    static QString suggestedOutput(const QString& modelName);

Q_SIGNALS:
    void reported(quint64 id); // reports() or evaluation() grew

private:
    struct Run {
        std::optional<QuantizeRequest> quantize;
        std::optional<CalibrateRequest> calibrate;
        std::optional<AnalyzeRequest> analyze;
        std::shared_ptr<const Plan> evaluated; // of an evaluation that follows a quantization
        std::vector<LayerReport> reports;
        std::size_t expected = 0;
        std::optional<EvalResult> evaluation;
        std::optional<LoadStudy> loads;
        std::optional<CodesStudy> codes;
        std::optional<RecipeStudy> recipes;
        QString output;
    };
    template <class T>
    std::optional<T> resultOf(JobId id) const;
    void onFed(const JobFeed& feed);
    void onFinished(JobId id);
    void finishedEvaluation(Run& run, const EvalResult& result);
    void finishedQuantize(Run& run, const QuantizeResult& result);

    Services& m_services;
    Session& m_session;
    std::map<JobId, Run> m_runs;
    JobId m_latestCodesStudy, m_latestRecipeStudy;
};

} // namespace bitsmith::ui
