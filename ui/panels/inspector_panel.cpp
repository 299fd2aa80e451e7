#include "ui/panels/inspector_panel.h"

#include "ui/bridge/text.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/codes_page.h"
#include "ui/panels/error_page.h"
#include "ui/panels/pipeline_page.h"
#include "ui/panels/salience_page.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/spectrum_page.h"
#include "ui/panels/weights_page.h"

#include <QLabel>
#include <QTabWidget>
#include <QVBoxLayout>

namespace bitsmith::ui {

InspectorPanel::InspectorPanel(Services& services, Session& session, RunController& runs,
                               QWidget* parent)
    : QWidget(parent), m_session(session), m_title(new QLabel), m_tabs(new QTabWidget),
      m_weights(new WeightsPage(services, session)), m_error(new ErrorPage(services, session)),
      m_codes(new CodesPage(services, session)),
      m_salience(new SaliencePage(services, session, runs)),
      m_spectrum(new SpectrumPage(services, session, runs)),
      m_sensitivity(new SensitivityPage(services, session)),
      m_budget(new BudgetPage(services, session)),
      m_pipeline(new PipelinePage(services, session, runs)) {
    setObjectName(QStringLiteral("inspectorPanel"));
    m_title->setObjectName(QStringLiteral("inspectorTitle"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setContentsMargins(6, 4, 6, 0);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    // A long tensor name must not set the window's width.
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setWordWrap(true);
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_weights, tr("&Weights"));
    m_tabs->addTab(m_error, tr("E&rror"));
    m_tabs->addTab(m_codes, tr("&Codes"));
    m_tabs->addTab(m_salience, tr("&Salience"));
    m_tabs->addTab(m_spectrum, tr("S&pectrum"));
    m_tabs->setTabToolTip(0, tr("Statistics and histogram with the grid's values"));
    m_tabs->setTabToolTip(1, tr("What quantization does to this tensor"));
    m_tabs->setTabToolTip(2, tr("What the codes are worth, and what coders make of them"));
    m_tabs->setTabToolTip(3, tr("Which weights matter: a picture, channels that stand out"));
    m_tabs->setTabToolTip(4, tr("Singular values: how many directions there are"));
    m_tabs->setTabToolTip(
        m_tabs->addTab(m_sensitivity, tr("Sensiti&vity")),
        tr("What the model minds: this tensor at each width, and all tensors as a map"));
    m_tabs->setTabToolTip(m_tabs->addTab(m_budget, tr("Bud&get")),
                          tr("Size against predicted loss, for the whole plan"));
    m_tabs->setTabToolTip(m_tabs->addTab(m_pipeline, tr("Pipe&line")),
                          tr("The recipe's stages: change them, and see the tensor after each"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_title);
    layout->addWidget(m_tabs, 1);
    connect(&session, &Session::activeChanged, this, &InspectorPanel::showTitle);
    showTitle();
}

void InspectorPanel::showTitle() {
    const TensorInfo* info =
        m_session.model() ? m_session.model()->find(m_session.activeTensor()) : nullptr;
    if (!info) {
        m_title->setText(tr("No tensor"));
        return;
    }
    m_title->setText(QStringLiteral("%1  ·  %2  ·  %3")
                         .arg(qs(info->name), qs(shapeText(info->shape)), qs(info->dtype)));
}

} // namespace bitsmith::ui
