#include "ui/window/eval_form.h"

#include "ui/bridge/text.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>

namespace bitsmith::ui {
namespace {

QSpinBox* makeSpin(const char* name, int most, int step, const QString& zero, const QString& tip) {
    auto* spin = new QSpinBox;
    spin->setObjectName(QLatin1String(name));
    spin->setRange(0, most);
    spin->setSingleStep(step);
    spin->setSpecialValueText(zero);
    spin->setToolTip(tip);
    return spin;
}

QString asQuantized() { return EvalForm::tr("as the model was quantized"); }
QString fullPrecision() { return EvalForm::tr("full precision"); }

} // namespace

EvalForm::EvalForm(QWidget* parent)
    : QWidget(parent),
      m_text(new PathField(QStringLiteral("evalText"), PathField::Kind::ExistingFile,
                           tr("A plain text file (UTF-8) that the model was not trained on"))),
      m_protocol(new QComboBox), m_activations(new QComboBox), m_cache(new QComboBox),
      m_context(makeSpin("evalContext", 1 << 20, 64, tr("automatic"),
                         tr("Tokens per window; automatic: the model's own, at most 2048"))),
      m_stride(makeSpin("evalStride", 1 << 20, 64, tr("half the context"),
                        tr("Strided: tokens from one window to the next"))),
      m_limit(makeSpin("evalLimit", 1 << 30, 10000, tr("all"),
                       tr("Use at most so many tokens of the text"))) {
    m_protocol->setObjectName(QStringLiteral("evalProtocol"));
    m_protocol->setToolTip(
        tr("Windows: consecutive windows, each its own context. Documents: each document by "
           "itself. Strided: overlapping windows. The protocol is kept with the figure."));
    for (const Protocol protocol :
         {Protocol::Windows, Protocol::Documents, Protocol::Strided, Protocol::LlamaCpp})
        m_protocol->addItem(engineText(protocolName(protocol)), static_cast<int>(protocol));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("&Text"), m_text);
    auto* row = new FlowLayout; // large type needs two lines
    row->addWidget(m_protocol);
    row->addWidget(makePair(tr("c&ontext"), m_context));
    row->addWidget(makePair(tr("st&ride"), m_stride));
    row->addWidget(makePair(tr("&limit"), m_limit));
    auto* protocolLabel = new QLabel(tr("&Protocol"));
    protocolLabel->setBuddy(m_protocol);
    form->addRow(protocolLabel, row);
    m_activations->setObjectName(QStringLiteral("evalActivations"));
    m_activations->setEditable(true);
    m_activations->setInsertPolicy(QComboBox::NoInsert);
    m_activations->setToolTip(
        tr("The inputs of the blocks' products are rounded to these numbers. Choose one, or type "
           "FORMAT:SHARED:PRODUCTS, such as int8:group64:linear"));
    m_activations->addItem(asQuantized());
    m_activations->addItem(fullPrecision());
    for (const char* scheme : {"int8:token", "int8:tensor", "bfp6:block16", "bfp4:block16",
                               "mxint8", "mxfp8", "mxfp6", "mxfp4", "e4m3:token", "int4:token"})
        m_activations->addItem(QLatin1String(scheme));
    m_cache->setObjectName(QStringLiteral("evalCache"));
    m_cache->setEditable(true);
    m_cache->setInsertPolicy(QComboBox::NoInsert);
    m_cache->setToolTip(tr("Keys and values of past tokens are kept in so many bits. Choose, or "
                           "type BITS:groupN:windowN, such as 2:group32:window64"));
    m_cache->addItem(fullPrecision());
    for (const char* scheme : {"8", "4", "3", "2"}) m_cache->addItem(QLatin1String(scheme));
    for (QComboBox* box : {m_protocol, m_activations, m_cache})
        box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* numbers = new FlowLayout;
    numbers->addWidget(m_activations);
    numbers->addWidget(makePair(tr("&keys and values"), m_cache));
    auto* activationsLabel = new QLabel(tr("Acti&vations"));
    activationsLabel->setBuddy(m_activations);
    form->addRow(activationsLabel, numbers);
    connect(m_activations, &QComboBox::currentTextChanged, this, &EvalForm::changed);
    connect(m_cache, &QComboBox::currentTextChanged, this, &EvalForm::changed);
    const auto showStride = [this] {
        m_stride->setEnabled(m_protocol->currentData().toInt() ==
                             static_cast<int>(Protocol::Strided));
    };
    connect(m_protocol, &QComboBox::currentIndexChanged, this, showStride);
    connect(m_text, &PathField::changed, this, &EvalForm::changed);
    showStride();
}

QString EvalForm::text() const { return m_text->path(); }
void EvalForm::setText(const QString& path) { m_text->setPath(path); }

Result<ModelPrecision> EvalForm::precision() const {
    const QString typed = m_activations->currentText().trimmed();
    const QString cache = m_cache->currentText().trimmed();
    ModelPrecision out;
    BITSMITH_TRY(out.run,
                 parseRunPrecision(typed == asQuantized()     ? std::string()
                                   : typed == fullPrecision() ? "none"
                                                              : typed.toStdString(),
                                   cache == fullPrecision() ? std::string() : cache.toStdString()));
    if (out.run.activations && out.run.activations->shared == ScaleShared::Static)
        return fail(
            Error{ErrorCode::Usage,
                  tr("Static activations are measured on a text: quantize with them (activations "
                     "of the recipe), or use bitsmith eval --calibration.")
                      .toStdString()});
    return out;
}

EvalOptions EvalForm::options() const {
    EvalOptions out;
    out.protocol = static_cast<Protocol>(m_protocol->currentData().toInt());
    out.context = static_cast<std::size_t>(m_context->value());
    out.stride = static_cast<std::size_t>(m_stride->value());
    out.limitTokens = static_cast<std::size_t>(m_limit->value());
    return out;
}

} // namespace bitsmith::ui
