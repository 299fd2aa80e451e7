#include "ui/window/settings_dialog.h"

#include "core/base/parallel.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"
#include "ui/window/commands.h"
#include "ui/window/language.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int MostThreads = 256;
constexpr double MostMemory = 4096; // GiB

// The folder itself, or the nearest above it that exists, can be written to.
bool canHold(const QString& folder) {
    QFileInfo at(folder);
    if (at.exists()) return at.isDir() && at.isWritable();
    while (!at.exists() && !at.isRoot()) at = QFileInfo(at.path());
    return at.isDir() && at.isWritable();
}

QComboBox* makeCombo(const char* name, const QString& tip) {
    auto* out = new QComboBox;
    out->setObjectName(QLatin1String(name));
    out->setToolTip(tip);
    return out;
}

} // namespace

SettingsDialog::SettingsDialog(Commands& commands, QWidget* parent)
    : QDialog(parent), m_commands(commands),
      m_theme(makeCombo("settingsTheme", tr("Colours of the window"))),
      m_zoom(makeCombo("settingsZoom", tr("For projectors and tired eyes (Ctrl++, Ctrl+-)"))),
      m_language(makeCombo("settingsLanguage", tr("Of menus, buttons and messages"))),
      m_device(makeCombo("settingsDevice", tr("What computes"))), m_threads(new QSpinBox),
      m_memory(new QDoubleSpinBox),
      m_folder(new PathField(QStringLiteral("settingsFolder"), PathField::Kind::Folder,
                             tr("Where experiments and quantized models are kept. Those in the "
                                "folder before stay there"))),
      m_problem(makeLabel(QStringLiteral("settingsProblem"))),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel |
                                     QDialogButtonBox::RestoreDefaults)) {
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(buildNow());
    column->addWidget(buildLater());
    column->addWidget(m_problem);
    column->addStretch();
    column->addWidget(m_buttons);
    const auto name = [this](QDialogButtonBox::StandardButton button, const char* text) {
        m_buttons->button(button)->setObjectName(QLatin1String(text));
    };
    name(QDialogButtonBox::Ok, "settingsOk");
    name(QDialogButtonBox::Cancel, "settingsCancel");
    name(QDialogButtonBox::RestoreDefaults, "settingsDefaults");
    connect(m_buttons, &QDialogButtonBox::accepted, this, [this] {
        save();
        accept();
    });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
            [this] { fill(Preferences(), Theme::System, 0); });
    connect(m_folder, &PathField::changed, this, &SettingsDialog::check);
    fill(loadPreferences(), m_commands.theme(), m_commands.zoomSteps());
    resize(std::max(520, sizeHint().width()), sizeHint().height());
}

QWidget* SettingsDialog::buildNow() {
    m_theme->addItem(tr("as the desktop"), static_cast<int>(Theme::System));
    m_theme->addItem(tr("light"), static_cast<int>(Theme::Light));
    m_theme->addItem(tr("dark"), static_cast<int>(Theme::Dark));
    for (int steps = Commands::LeastZoom; steps <= Commands::MostZoom; ++steps)
        m_zoom->addItem(tr("%1 %").arg(zoomPercent(steps)), steps);
    m_threads->setObjectName(QStringLiteral("settingsThreads"));
    m_threads->setRange(0, MostThreads);
    m_threads->setSpecialValueText(tr("all cores"));
    m_threads->setToolTip(tr("How many cores a run may use; its result does not depend on it"));
    auto* box = new QGroupBox(tr("At once"));
    auto* form = new QFormLayout(box);
    form->addRow(tr("&Colours"), m_theme);
    form->addRow(tr("&Text size"), m_zoom);
    form->addRow(tr("T&hreads"), m_threads);
    return box;
}

QWidget* SettingsDialog::buildLater() {
    m_language->addItem(tr("as the desktop"), QStringLiteral("auto"));
    for (const QString& code : languages()) m_language->addItem(languageName(code), code);
    m_device->addItem(tr("CPU"), QStringLiteral("cpu"));
    m_device->addItem(tr("CPU, plain reference code (slow)"), QStringLiteral("reference"));
    m_memory->setObjectName(QStringLiteral("settingsMemory"));
    m_memory->setRange(0, MostMemory);
    m_memory->setDecimals(1);
    m_memory->setSuffix(tr(" GiB"));
    m_memory->setSpecialValueText(tr("half of what is free"));
    m_memory->setToolTip(tr("Weights held in memory at once; the rest stays on disk"));
    m_folder->line()->setPlaceholderText(standardDataFolder());
    auto* box = new QGroupBox(tr("From the next start"));
    auto* form = new QFormLayout(box);
    form->addRow(tr("&Language"), m_language);
    form->addRow(tr("&Device"), m_device);
    form->addRow(tr("&Memory for weights"), m_memory);
    form->addRow(tr("Data &folder"), m_folder);
    return box;
}

void SettingsDialog::fill(const Preferences& preferences, Theme theme, int zoom) {
    const auto choose = [](QComboBox* combo, const QVariant& value) {
        combo->setCurrentIndex(std::max(0, combo->findData(value)));
    };
    choose(m_theme, static_cast<int>(theme));
    choose(m_zoom, zoom);
    choose(m_language, preferences.language);
    choose(m_device, preferences.device);
    m_threads->setValue(preferences.threads);
    m_memory->setValue(preferences.memoryGiB);
    m_folder->setPath(preferences.dataFolder);
    check();
}

Preferences SettingsDialog::shown() const {
    return {.threads = m_threads->value(),
            .device = m_device->currentData().toString(),
            .memoryGiB = m_memory->value(),
            .dataFolder = m_folder->path(),
            .language = m_language->currentData().toString()};
}

void SettingsDialog::check() {
    const QString folder = m_folder->path();
    QString problem;
    if (!folder.isEmpty() && QDir::isRelativePath(folder))
        problem = tr("The data folder must be a whole path, from / on.");
    else if (!folder.isEmpty() && !canHold(folder))
        problem = tr("Nothing can be written to %1. Choose another data folder.").arg(folder);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(problem.isEmpty());
}

void SettingsDialog::save() {
    const Preferences chosen = shown();
    savePreferences(chosen);
    setThreads(chosen.threads);
    m_commands.chooseTheme(static_cast<Theme>(m_theme->currentData().toInt()));
    m_commands.chooseZoom(m_zoom->currentData().toInt());
}

} // namespace bitsmith::ui
