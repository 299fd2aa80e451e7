#include "ui/window/eval_form.h"

#include "ui/bridge/text.h"
#include "ui/widgets/path_field.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
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

} // namespace

EvalForm::EvalForm(QWidget* parent)
    : QWidget(parent),
      m_text(new PathField(QStringLiteral("evalText"), PathField::Kind::ExistingFile,
                           tr("A plain text file (UTF-8) that the model was not trained on"))),
      m_protocol(new QComboBox),
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
        m_protocol->addItem(qs(protocolName(protocol)), static_cast<int>(protocol));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("&Text"), m_text);
    auto* row = new QHBoxLayout;
    row->addWidget(m_protocol, 1);
    const auto labelled = [&](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text);
        label->setBuddy(buddy);
        row->addWidget(label);
        row->addWidget(buddy);
    };
    labelled(tr("c&ontext"), m_context);
    labelled(tr("st&ride"), m_stride);
    labelled(tr("&limit"), m_limit);
    auto* protocolLabel = new QLabel(tr("&Protocol"));
    protocolLabel->setBuddy(m_protocol);
    form->addRow(protocolLabel, row);
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

EvalOptions EvalForm::options() const {
    EvalOptions out;
    out.protocol = static_cast<Protocol>(m_protocol->currentData().toInt());
    out.context = static_cast<std::size_t>(m_context->value());
    out.stride = static_cast<std::size_t>(m_stride->value());
    out.limitTokens = static_cast<std::size_t>(m_limit->value());
    return out;
}

} // namespace bitsmith::ui
