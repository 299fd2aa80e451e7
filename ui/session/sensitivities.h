// What is known of the open model's sensitivities: the store's tables, read off the GUI thread, and
// those that a running measurement publishes. Also what they say of the plan, row by row.
#pragma once

#include "core/pipeline/prediction.h"
#include "core/pipeline/sensitivity.h"
#include "ui/bridge/services.h"
#include "ui/session/plan_document.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith::ui {

// What the tables say of a plan. Losses are NaN where nothing is known, or nothing is quantized.
struct PlannedLosses {
    std::vector<double> loss;  // of the chosen metric at each row's planned width
    std::vector<double> share; // of the predicted divergence, 0..1
    double most = 0;           // largest loss
    std::optional<Prediction> prediction;
};

// A plan that was carried out and evaluated against the original.
struct CheckedPlan {
    std::shared_ptr<const Plan> plan;
    double kl = 0, perplexity = 0; // measured
};

class Sensitivities final : public QObject {
    Q_OBJECT
public:
    using Tables = std::shared_ptr<const std::vector<SensitivityTable>>;
    Sensitivities(Services& services, PlanDocument& document, QObject* parent = nullptr);

    void setModel(std::shared_ptr<const Model> model); // null: none
    const Tables& tables() const { return m_tables; }  // never null; newest first
    bool loading() const { return m_request.busy(); }
    const QString& error() const { return m_error; } // of the last reading; empty: fine

    // Metrics that there is a table of, in the registry's order.
    std::vector<const SensitivityMetric*> metrics() const;
    // The chosen metric, or the first known one where that has no table; empty: nothing is known.
    std::string metric() const;
    void chooseMetric(const std::string& id);
    // Of the chosen metric; measured with the plan's main recipe if there is one. May be
    // incomplete: then values are NaN. Null: none.
    std::shared_ptr<const SensitivityTable> table() const;
    // Complete tables of a metric for all of the plan's tensors inside blocks; null: none.
    std::shared_ptr<const SensitivityTable> completeTable(const std::string& metric) const;

    void refresh(); // reads the store again
    // What a running measurement has so far; takes the place of what it published before.
    void add(std::shared_ptr<const SensitivityTable> soFar);

    const PlannedLosses& planned() const; // of the document's plan
    void setChecked(CheckedPlan checked);
    // The last such plan of this model; with what is predicted of it now.
    struct Check {
        CheckedPlan measured;
        std::optional<Prediction> predicted;
    };
    const std::optional<Check>& checked() const { return m_checked; }

Q_SIGNALS:
    void changed();

private:
    void rebuild();

    Services& m_services;
    PlanDocument& m_document;
    Request m_request;
    std::shared_ptr<const Model> m_model;
    std::vector<SensitivityTable> m_stored;
    std::vector<std::shared_ptr<const SensitivityTable>> m_live;
    Tables m_tables = std::make_shared<const std::vector<SensitivityTable>>();
    std::string m_metric;
    QString m_error;
    std::optional<Check> m_checked;
    mutable PlannedLosses m_planned;
    mutable std::shared_ptr<const Plan> m_plannedFor; // what m_planned is about
    // completeTable(), which is asked for with every move of a slider: of which plan, what of it
    // matters, and the answers.
    mutable std::shared_ptr<const Plan> m_completeFor;
    mutable std::vector<std::string> m_completeTensors;
    mutable std::string m_completeRecipe;
    mutable std::map<std::string, std::shared_ptr<const SensitivityTable>> m_complete;
};

// The metric's title for people; the id where it is unknown.
QString metricTitle(std::string_view id);
// "predicted KL 0.0312, perplexity 8.41 (original 8.02)": of the plan; empty: nothing is known.
QString predictionText(const Prediction& prediction);
// "last run, 3.25 bits: predicted KL 0.031, measured 0.034 (predicted 9 % too little)".
QString checkText(const Sensitivities::Check& check);

} // namespace bitsmith::ui
