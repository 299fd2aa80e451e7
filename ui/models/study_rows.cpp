#include "ui/models/study_rows.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::ui {
namespace {

constexpr double Missing = std::numeric_limits<double>::quiet_NaN();

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(StudyRows)
};

// Texts and keys of a row side by side.
class RowMaker {
public:
    RowMaker& text(const QString& text, double key) {
        m_row.texts << text;
        m_row.keys.push_back(key);
        return *this;
    }
    RowMaker& fixed(double value, int decimals = 3) {
        return text(QString::number(value, 'f', decimals), value);
    }
    RowMaker& error(double value) {
        return value < 0 ? text(Words::tr("–"), Missing) : text(numberText(value), value);
    }
    FiguresRow row(std::size_t id) {
        m_row.id = static_cast<int>(id);
        return std::move(m_row);
    }

private:
    FiguresRow m_row;
};

FiguresColumn column(const QString& title, const QString& tip, bool number = true) {
    return {title, tip, number};
}

// What settings and tensors have in common.
std::vector<FiguresColumn> numberColumns() {
    return {
        column(Words::tr("entropy"), Words::tr("Bits per code, each code by itself (order 0)")),
        column(Words::tr("ratio"),
               Words::tr("Width of a code over its entropy: high where levels are badly used")),
        column(Words::tr("paid"), Words::tr("Bits per weight, packed, with scales and zeros")),
        column(Words::tr("coded"), Words::tr("Bits per weight, entropy-coded, everything counted")),
        column(Words::tr("SQNR, dB"),
               Words::tr("Signal to quantization noise of the weights; more is better")),
        column(Words::tr("error"), Words::tr("Squared error of the weights, relative")),
        column(Words::tr("wasted"),
               Words::tr("Bits that outliers cost: mean log2(absmax / rms) of the weights "
                         "that share a scale"))};
}

void addNumbers(RowMaker& row, const StudyNumbers& n) {
    row.fixed(n.entropy).fixed(n.ratio).fixed(n.paid).fixed(n.coded).fixed(n.sqnr, 2);
    row.error(n.signal > 0 ? n.noise / n.signal : -1).fixed(n.wasted);
}

std::vector<FiguresColumn> joined(std::vector<FiguresColumn> first,
                                  std::vector<FiguresColumn> second) {
    first.insert(first.end(), second.begin(), second.end());
    first.push_back(column(Words::tr("output error"),
                           Words::tr("Squared error of the output on the calibration text, "
                                     "relative; mean over tensors, weighted by weights")));
    return first;
}

QString smoothingText(double alpha) {
    return alpha < 0 ? Words::tr("as they are") : QString::number(alpha, 'f', 2);
}

} // namespace

double outputErrorOf(const StudyResult& study, int setting) {
    double sum = 0, weights = 0;
    for (const StudyTensor& tensor : study.tensors) {
        const auto at = static_cast<std::size_t>(setting);
        if (at >= tensor.values.size()) continue;
        const StudyNumbers& n = tensor.values[at];
        if (n.weights == 0 || n.outputError < 0) continue;
        sum += n.outputError * static_cast<double>(n.weights);
        weights += static_cast<double>(n.weights);
    }
    return weights > 0 ? sum / weights : -1;
}

std::vector<FiguresColumn> settingColumns() {
    return joined(
        {column(Words::tr("setting"), Words::tr("Recipe, bits, granularity, zero point"), false),
         column(Words::tr("bits"), Words::tr("Width of a code"))},
        numberColumns());
}

std::vector<FiguresRow> settingRows(const StudyResult& study) {
    std::vector<FiguresRow> out;
    for (std::size_t i = 0; i < study.settings.size() && i < study.model.size(); ++i) {
        const StudyNumbers& n = study.model[i];
        if (n.weights == 0) continue;
        RowMaker row;
        row.text(qs(study.settings[i].label()), static_cast<double>(i))
            .fixed(study.settings[i].bits, 0);
        addNumbers(row, n);
        out.push_back(row.error(outputErrorOf(study, static_cast<int>(i))).row(i));
    }
    return out;
}

std::vector<FiguresColumn> studyTensorColumns() {
    return joined({column(Words::tr("tensor"), Words::tr("In the model's order"), false),
                   column(Words::tr("weights"), Words::tr("Rows times columns"))},
                  numberColumns());
}

std::vector<FiguresRow> studyTensorRows(const StudyResult& study, int setting) {
    std::vector<FiguresRow> out;
    for (std::size_t i = 0; i < study.tensors.size(); ++i) {
        const StudyTensor& tensor = study.tensors[i];
        const auto at = static_cast<std::size_t>(setting);
        if (at >= tensor.values.size() || tensor.values[at].weights == 0) continue;
        RowMaker row;
        row.text(qs(tensor.name), static_cast<double>(i))
            .text(QStringLiteral("%1 × %2").arg(tensor.rows).arg(tensor.cols),
                  static_cast<double>(tensor.rows * tensor.cols));
        addNumbers(row, tensor.values[at]);
        out.push_back(row.error(tensor.values[at].outputError).row(i));
    }
    return out;
}

std::vector<FiguresColumn> activationColumns() {
    return {column(Words::tr("input"),
                   Words::tr("What is quantized at run time: the input of a block's matrices"),
                   false),
            column(Words::tr("smoothing"), Words::tr("SmoothQuant's strength")),
            column(Words::tr("bits"), Words::tr("Width of a code, symmetric")),
            column(Words::tr("codes"), Words::tr("How many were counted")),
            column(Words::tr("a scale per token"), Words::tr("Entropy, bits per code")),
            column(Words::tr("per tensor"),
                   Words::tr("Entropy with one scale from calibration, bits per code"))};
}

std::vector<FiguresRow> activationRows(const StudyResult& study) {
    std::vector<FiguresRow> out;
    for (std::size_t i = 0; i < study.activations.size(); ++i) {
        const ActivationCodes& a = study.activations[i];
        const bool all = a.input.empty();
        RowMaker row;
        row.text(all ? Words::tr("all inputs") : qs(a.input),
                 static_cast<double>(i) - (all ? 1e9 : 0.0))
            .text(smoothingText(a.smoothing), a.smoothing)
            .fixed(a.bits, 0)
            .text(countText(a.codes), static_cast<double>(a.codes));
        out.push_back(row.fixed(a.entropyPerToken).fixed(a.entropyPerTensor).row(i));
    }
    return out;
}

std::vector<FiguresColumn> codesColumns() {
    return {column(Words::tr("tensor"), Words::tr("In the model's order"), false),
            column(Words::tr("format"), Words::tr("How it is stored"), false),
            column(Words::tr("entropy"), Words::tr("Bits per code, each code by itself (order 0)")),
            column(Words::tr("paid"), Words::tr("Bits per weight as stored")),
            column(Words::tr("needed"),
                   Words::tr("Bits per weight: entropy of codes, scales and zeros")),
            column(Words::tr("coded"),
                   Words::tr("Bits per weight, entropy-coded as a container writes it")),
            column(Words::tr("by row"),
                   Words::tr("Entropy where each row has a distribution of its own")),
            column(Words::tr("by group"),
                   Words::tr("Entropy where each group that shares a scale has its own")),
            column(Words::tr("by previous"), Words::tr("Entropy by the code before it in the row")),
            column(Words::tr("wasted"),
                   Words::tr("Bits that outliers cost: mean log2(absmax / rms) of the weights "
                             "that share a scale")),
            column(Words::tr("weights"), Words::tr("Rows times columns"))};
}

std::vector<FiguresRow> codesRows(const QuantizedModelCodes& codes) {
    std::vector<FiguresRow> out;
    for (std::size_t i = 0; i < codes.tensors.size(); ++i) {
        const QuantizedTensorCodes& tensor = codes.tensors[i];
        const CodeStatistics& s = tensor.statistics;
        const double weights = static_cast<double>(s.codes);
        RowMaker row;
        row.text(qs(tensor.name), static_cast<double>(i)).text(qs(s.layout.name()), s.bitsPaid());
        row.fixed(s.entropy).fixed(s.bitsPaid()).fixed(s.bitsNeeded());
        row.fixed(8.0 * static_cast<double>(tensor.codedBytes) / std::max(1.0, weights));
        row.fixed(s.entropyGivenRow).fixed(s.entropyGivenGroup).fixed(s.entropyGivenPrevious);
        row.fixed(s.ranges.mean).text(countText(s.codes), weights);
        out.push_back(row.row(i));
    }
    return out;
}

} // namespace bitsmith::ui
