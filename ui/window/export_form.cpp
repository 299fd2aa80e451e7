#include "ui/window/export_form.h"

#include "ui/bridge/preferences.h"
#include "ui/bridge/text.h"
#include "ui/widgets/params_form.h"
#include "ui/widgets/path_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString FolderKey = QStringLiteral("export/folder");
const QString FormatKey = QStringLiteral("export/format");
const QString TargetKey = QStringLiteral("export/target");

QComboBox* makeBox(const char* name, const QString& tip) {
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(name));
    box->setToolTip(tip);
    // Long names of experiments must not widen the dialog.
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(28);
    return box;
}

QString defaultFolder() {
    return QSettings().value(FolderKey, dataFolder() + QStringLiteral("/exported")).toString();
}

QString experimentText(const Experiment& experiment) {
    return ExportForm::tr("experiment %1: %2, %3, %4 bpw")
        .arg(experiment.id.value)
        .arg(qs(experiment.model), qs(experiment.recipe), bitsText(experiment.bitsPerWeight));
}

} // namespace

ExportForm::ExportForm(Services& services, Session& session, const QString& model, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session),
      m_model(makeBox("exportModel", tr("A finished quantization, or the open model"))),
      m_format(makeBox("exportFormat", tr("The kind of files that are written"))),
      m_target(makeBox("exportTarget", tr("The program that will load them; its rules are checked "
                                          "as well"))),
      m_summary(new QLabel), m_group(new QGroupBox(tr("Format"))),
      m_params(new ParamsForm(QStringLiteral("exportParams"))),
      m_folder(new PathField(QStringLiteral("exportFolder"), PathField::Kind::Folder,
                             tr("The folder in which the export is placed"))),
      m_name(new QLineEdit), m_replace(new QCheckBox(tr("&Replace the export that is there"))),
      m_verify(new QCheckBox(tr("Read &back and compare every tensor"))) {
    setObjectName(QStringLiteral("exportForm"));
    m_summary->setObjectName(QStringLiteral("exportFormatSummary"));
    m_summary->setWordWrap(true);
    m_name->setObjectName(QStringLiteral("exportName"));
    m_name->setToolTip(tr("Name of the file or folder"));
    m_replace->setObjectName(QStringLiteral("exportReplace"));
    m_replace->setToolTip(tr("An earlier export at this place is replaced when the new one is "
                             "complete; other files are never touched"));
    m_verify->setObjectName(QStringLiteral("exportVerify"));
    m_verify->setToolTip(tr("Every tensor of the result is decoded again and compared with the "
                            "source before it is put in place"));
    m_verify->setChecked(true);

    auto* groupColumn = new QVBoxLayout(m_group);
    groupColumn->addWidget(m_params);
    auto* form = new QFormLayout;
    form->addRow(tr("&Model"), m_model);
    form->addRow(tr("&Format"), m_format);
    form->addRow(QString(), m_summary);
    form->addRow(tr("&Target"), m_target);
    form->addRow(tr("F&older"), m_folder);
    form->addRow(tr("&Name"), m_name);
    form->addRow(QString(), m_replace);
    form->addRow(QString(), m_verify);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(form);
    column->addWidget(m_group);
    column->addStretch();

    for (const Exporter* exporter : allExporters()) {
        m_format->addItem(engineText(exporter->info().title), qs(exporter->info().id));
        m_format->setItemData(m_format->count() - 1, engineText(exporter->info().summary),
                              Qt::ToolTipRole);
    }
    m_target->addItem(tr("no target"), QString());
    for (const Target* target : allTargets())
        m_target->addItem(engineText(target->info().title), qs(target->info().id));
    m_folder->setPath(defaultFolder());
    fillModels(model);
    // The plan's target, with the format that serves it best.
    QString format = QSettings().value(FormatKey).toString();
    m_target->setCurrentIndex(
        std::max(0, m_target->findData(QSettings().value(TargetKey).toString())));
    if (const Target* target = session.target().target()) {
        m_target->setCurrentIndex(m_target->findData(qs(target->info().id)));
        format = qs(target->info().format);
    }
    if (const int row = m_format->findData(format); row >= 0) m_format->setCurrentIndex(row);
    showFormat();

    connect(m_model, &QComboBox::currentIndexChanged, this, [this] {
        suggestName();
        Q_EMIT changed();
    });
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] {
        showFormat();
        Q_EMIT changed();
    });
    connect(m_target, &QComboBox::currentIndexChanged, this, &ExportForm::changed);
    connect(m_params, &ParamsForm::changed, this, &ExportForm::changed);
    const auto place = [this] {
        showReplace();
        Q_EMIT changed();
    };
    connect(m_folder, &PathField::changed, this, place);
    connect(m_name, &QLineEdit::textChanged, this, place);
    connect(m_replace, &QCheckBox::toggled, this, &ExportForm::changed);
}

void ExportForm::fillModels(const QString& wanted) {
    const auto add = [this](const QString& text, const QString& path) {
        if (path.isEmpty() || m_model->findData(path) >= 0) return;
        m_model->addItem(text, path);
        m_model->setItemData(m_model->count() - 1, path, Qt::ToolTipRole);
    };
    for (const Experiment& experiment : *m_services.store().experiments()) {
        if (experiment.state != "done") continue;
        for (const Artifact& artifact : experiment.artifacts)
            if (artifact.kind == "container" && QFileInfo::exists(qs(artifact.path)))
                add(experimentText(experiment), qs(artifact.path));
    }
    const QString last = m_session.lastOutput();
    if (!last.isEmpty() && QFileInfo::exists(last))
        add(tr("last quantization: %1").arg(QFileInfo(last).fileName()), last);
    if (m_session.model())
        add(tr("open model: %1").arg(qs(m_session.model()->name())), m_session.path());
    add(QFileInfo(wanted).fileName(), wanted);
    const QString first = !wanted.isEmpty() ? wanted : !last.isEmpty() ? last : m_session.path();
    if (const int row = m_model->findData(first); row >= 0) m_model->setCurrentIndex(row);
}

void ExportForm::showFormat() {
    const Exporter* exporter = findExporter(m_format->currentData().toString().toStdString());
    m_summary->setText(exporter ? engineText(exporter->info().summary) : QString());
    m_params->setParams(exporter ? exporter->defaults() : nullptr);
    m_group->setTitle(m_format->currentText());
    m_group->setVisible(!m_params->empty());
    suggestName();
}

void ExportForm::suggestName() {
    const Exporter* exporter = findExporter(m_format->currentData().toString().toStdString());
    if (!exporter || (!m_suggested.isEmpty() && m_name->text() != m_suggested)) return;
    const QString stem = QFileInfo(m_model->currentData().toString()).fileName();
    const QString extension = qs(exporter->info().extension);
    const QString end =
        extension.isEmpty() ? QStringLiteral("-") + qs(exporter->info().id) : extension;
    m_suggested = (stem.isEmpty() ? tr("model") : stem) + end;
    m_name->setText(m_suggested);
    showReplace();
}

void ExportForm::showReplace() {
    m_replace->setVisible(QFileInfo::exists(pathText(request().options.output)));
}

void ExportForm::remember() const {
    QSettings settings;
    settings.setValue(FolderKey, m_folder->path());
    settings.setValue(FormatKey, m_format->currentData());
    settings.setValue(TargetKey, m_target->currentData());
}

QString ExportForm::problem() const {
    if (m_format->count() == 0) return tr("This program was built without exporters.");
    if (m_model->currentIndex() < 0) return tr("Open a model, or quantize one, then export it.");
    if (m_folder->path().isEmpty() || m_name->text().trimmed().isEmpty())
        return tr("Choose a folder and a name.");
    if (m_name->text().contains(QLatin1Char('/')))
        return tr("The name is that of one file or folder, without '/'.");
    if (!m_replace->isHidden() && !m_replace->isChecked())
        return tr("There is something at this place. Choose another name, or replace it.");
    return {};
}

ExportRequest ExportForm::request() const {
    ExportRequest out;
    out.model = m_model->currentData().toString();
    if (m_session.model() && out.model == m_session.path()) out.opened = m_session.model();
    out.options.format = m_format->currentData().toString().toStdString();
    out.options.params = m_params->params();
    out.options.target = m_target->currentData().toString().toStdString();
    out.options.output = toPath(QDir(m_folder->path()).filePath(m_name->text().trimmed()));
    out.options.replace = !m_replace->isHidden() && m_replace->isChecked();
    out.options.verify = m_verify->isChecked();
    return out;
}

} // namespace bitsmith::ui
