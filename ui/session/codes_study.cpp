#include "ui/session/codes_study.h"

#include "core/plan/glob.h"
#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace bitsmith::ui {
namespace {

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(CodesStudy)
};
QString bits(double value) { return QString::number(value, 'f', 3); }

} // namespace

bool hasCodes(const Model& model) {
    return std::ranges::any_of(model.tensors(),
                               [](const TensorInfo& tensor) { return tensor.layout.has_value(); });
}

std::vector<const TensorInfo*> studiedTensors(const Model& model, const StudyOptions& options) {
    std::vector<const TensorInfo*> out;
    const bool quantized = hasCodes(model);
    for (const TensorInfo& tensor : model.tensors()) {
        const bool named = std::ranges::any_of(options.tensors, [&](const std::string& glob) {
            return globMatches(glob, tensor.name);
        });
        if (quantized ? tensor.layout.has_value()
                      : tensor.rows > 0 && (options.tensors.empty() ? tensor.quantizable : named))
            out.push_back(&tensor);
    }
    return out;
}

CodesStudy beginStudy(const CodesStudyRequest& request) {
    CodesStudy out;
    out.model = qs(request.model->name());
    out.quantized = hasCodes(*request.model);
    out.expected = studiedTensors(*request.model, request.options).size();
    if (out.quantized) return out;
    if (auto settings = studySettings(request.options)) out.dense.settings = *std::move(settings);
    out.dense.model.resize(out.dense.settings.size());
    return out;
}

bool CodesStudy::take(const std::any& published) {
    if (const auto* tensor = std::any_cast<std::shared_ptr<const StudyTensor>>(&published)) {
        const StudyTensor& t = **tensor;
        for (std::size_t i = 0; i < dense.model.size() && i < t.values.size(); ++i)
            dense.model[i].add(t.values[i]);
        dense.tensors.push_back(t);
        return true;
    }
    if (const auto* tensor =
            std::any_cast<std::shared_ptr<const QuantizedTensorCodes>>(&published)) {
        addTo(codes.total, (*tensor)->statistics);
        codes.codedBytes += (*tensor)->codedBytes;
        codes.tensors.push_back(**tensor);
        return true;
    }
    return false;
}

void CodesStudy::finish(const std::any& result) {
    if (const auto* study = std::any_cast<StudyResult>(&result)) dense = *study;
    if (const auto* own = std::any_cast<QuantizedModelCodes>(&result)) codes = *own;
    finished = true;
}

std::uint64_t CodesStudy::weights() const {
    if (quantized) return codes.total.codes;
    std::uint64_t out = 0; // some settings leave tensors out
    for (const StudyNumbers& numbers : dense.model) out = std::max(out, numbers.weights);
    return out;
}

QString CodesStudy::text() const {
    if (quantized) {
        const CodeStatistics& all = codes.total;
        const double weights = static_cast<double>(std::max<std::uint64_t>(1, all.codes));
        return Words::tr("%1 of %2 tensors: codes hold %3 bits of entropy. A weight pays %4 bits, "
                         "needs %5 and takes %6 entropy-coded.")
            .arg(codes.tensors.size())
            .arg(expected)
            .arg(bits(all.entropy), bits(all.bitsPaid()), bits(all.bitsNeeded()),
                 bits(8.0 * static_cast<double>(codes.codedBytes) / weights));
    }
    QString out = Words::tr("%1 settings on %2 of %3 matrices, %4 weights.")
                      .arg(dense.settings.size())
                      .arg(dense.tensors.size())
                      .arg(expected)
                      .arg(countText(weights()));
    if (!finished) return out;
    out += QLatin1Char(' ');
    out += dense.irregular.empty()
               ? Words::tr("Finer granularity always means more entropy and less error.")
               : Words::tr("%1 comparisons of granularities are not as expected.")
                     .arg(dense.irregular.size());
    return out;
}

} // namespace bitsmith::ui
