// Compress a safetensors or GGUF file without loss, or give the original of a compressed one back:
// which of the two follows from the file. Shows what the file holds, then what each part of it
// became, how fast, and errors in place. Not modal; a closed dialog leaves the job to Runs.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/session/run_controller.h"
#include "ui/window/compress_input.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace bitsmith::ui {

class PathField;
class StateStack;

class CompressDialog final : public QDialog {
    Q_OBJECT
public:
    // file: to begin with; may be empty.
    CompressDialog(Services& services, RunController& runs, const QString& file,
                   QWidget* parent = nullptr);
    bool inspecting() const { return m_inspect.busy(); }
    JobId job() const { return m_job; }

Q_SIGNALS:
    void started(quint64 id);

private:
    QWidget* buildForm();
    QWidget* buildContent();
    QWidget* buildButtons();
    void inspect();
    void edited();
    void showInput();
    void check(); // what stands against starting
    void run();
    void showJob();
    void showResult(const CompressResult& result);
    void showKinds(const std::vector<CompressedKind>& kinds, std::uint64_t in, std::uint64_t out);
    CompressRequest request() const;

    Services& m_services;
    RunController& m_runs;
    Request m_inspect;
    std::optional<CompressInput> m_input;
    JobId m_job;
    FiguresModel m_kinds;
    QWidget* m_fields = nullptr;
    PathField *m_file = nullptr, *m_folder = nullptr;
    QLineEdit* m_name = nullptr;
    QCheckBox* m_replace = nullptr;
    QComboBox* m_coder = nullptr;
    QFormLayout* m_form = nullptr;
    StateStack* m_stack = nullptr;
    QLabel *m_title = nullptr, *m_text = nullptr, *m_problem = nullptr;
    QTableView* m_table = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton *m_run = nullptr, *m_cancel = nullptr, *m_show = nullptr, *m_close = nullptr;
};

} // namespace bitsmith::ui
