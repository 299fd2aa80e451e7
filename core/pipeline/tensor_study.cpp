#include "core/pipeline/tensor_study.h"

#include "core/base/atomic_file.h"
#include "core/plan/glob.h"

#include <algorithm>
#include <map>

namespace bitsmith {

Result<TensorStudy> TensorStudy::prepare(std::shared_ptr<const Model> model,
                                         const TensorStudyOptions& options, const Engine& engine,
                                         RunContext& context) {
    TensorStudy study(std::move(model), engine);
    study.m_again = options.again;
    for (const TensorInfo& t : study.m_model->tensors()) {
        const bool named = std::ranges::any_of(
            options.tensors, [&](const std::string& glob) { return globMatches(glob, t.name); });
        if (t.rows > 0 && (options.tensors.empty() ? t.quantizable : named))
            study.m_tensors.push_back(&t);
    }
    if (study.m_tensors.empty())
        return fail(ErrorCode::Usage, "'{}' has no weight matrices{}", study.m_model->name(),
                    options.tensors.empty() ? ""
                                            : " that --tensor names; `bitsmith inspect` lists "
                                              "its tensors");
    if (!options.text.empty()) BITSMITH_CHECK(study.calibrateFirst(options, context));
    return study;
}

Status TensorStudy::calibrateFirst(const TensorStudyOptions& options, RunContext& context) {
    context.beginStep("calibrating", 0, 0.4);
    BITSMITH_TRY(const std::string words, readTextFile(options.text));
    BITSMITH_TRY(const auto samples, drawSamples(*m_model, words, options.calibration));
    BITSMITH_TRY(const auto pass, ForwardPass::create(m_model, m_engine->backend));
    m_cache.emplace(m_engine->calibrationFolder, calibrationKey(*m_model, samples));
    BITSMITH_TRY(const auto calibration, calibrate(pass, samples, *m_cache, context));
    (void)calibration;
    return {};
}

Result<std::shared_ptr<const LayerStats>> TensorStudy::stats(const TensorInfo& tensor,
                                                             bool withGram) {
    if (!m_cache || tensor.block < 0 || tensor.input.empty())
        return std::shared_ptr<const LayerStats>();
    const std::string input = blockInputName(static_cast<std::size_t>(tensor.block), tensor.input);
    if (!m_last || m_last->input != input || (withGram && m_last->gram.empty())) {
        BITSMITH_TRY(m_last, m_cache->load(input, withGram));
    }
    return m_last;
}

Result<TensorStudy::Rows> TensorStudy::rows(const std::string& metric, const std::string& setting,
                                            bool usesText, double from, double to,
                                            const Compute& compute, RunContext& context) {
    const MeasurementKey key{m_model->contentKey(), usesText && m_cache ? m_cache->key() : "",
                             metric, setting};
    std::map<std::string, Measurement> known;
    if (m_engine->store && !m_again) {
        BITSMITH_TRY(auto stored, m_engine->store->measurements(key));
        for (Measurement& row : stored) known.emplace(row.tensor, std::move(row));
    }
    Rows out;
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        const TensorInfo& tensor = *m_tensors[i];
        const double count = static_cast<double>(m_tensors.size()),
                     at = static_cast<double>(i) / count;
        context.beginStep(tensor.name, from + (to - from) * at,
                          from + (to - from) * (at + 1 / count));
        context.checkpoint();
        if (const auto found = known.find(tensor.name); found != known.end()) {
            out.rows.push_back(found->second);
            continue;
        }
        auto row = compute(tensor);
        m_model->release(tensor.name);
        if (!row) {
            out.skipped.push_back({tensor.name, row.error()});
            continue;
        }
        row->tensor = tensor.name;
        if (m_engine->store)
            BITSMITH_CHECK(m_engine->store->addMeasurements(key, std::span(&*row, 1)));
        out.rows.push_back(*std::move(row));
    }
    if (out.rows.empty()) return fail(out.skipped.front().error);
    return out;
}

} // namespace bitsmith
