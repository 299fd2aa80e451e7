#include "ui/widgets/file_dialogs.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPointer>

namespace bitsmith::ui {
namespace {

QFileDialog* makeDialog(QWidget* parent, const QString& title, const QString& start) {
    auto* dialog = new QFileDialog(parent, title);
    dialog->setObjectName(QStringLiteral("fileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!start.isEmpty()) {
        const QFileInfo info(start);
        dialog->setDirectory(info.isDir() ? start : info.absolutePath());
    }
    return dialog;
}

} // namespace

void saveFile(QWidget* parent, const QString& title, const QString& name, const QString& filter,
              std::function<bool(const QString&)> save) {
    auto* dialog = makeDialog(parent, title, QDir::homePath());
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(filter);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
                     [parent, save = std::move(save)](const QString& path) {
                         if (save(path)) return;
                         auto* box = new QMessageBox(
                             QMessageBox::Warning,
                             QCoreApplication::translate("files", "Not saved"),
                             QCoreApplication::translate(
                                 "files", "%1 could not be written. Is the folder writable and the "
                                          "disk not full?")
                                 .arg(path),
                             QMessageBox::Ok, parent);
                         box->setAttribute(Qt::WA_DeleteOnClose);
                         box->open();
                     });
    dialog->open();
}

void chooseFolder(QWidget* parent, const QString& title, const QString& start,
                  std::function<void(const QString&)> chosen) {
    auto* dialog = makeDialog(parent, title, start);
    dialog->setFileMode(QFileDialog::Directory);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::move(chosen));
    dialog->open();
}

void chooseFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                std::function<void(const QString&)> chosen) {
    auto* dialog = makeDialog(parent, title, start);
    dialog->setFileMode(QFileDialog::ExistingFile);
    if (!filter.isEmpty()) dialog->setNameFilter(filter);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::move(chosen));
    dialog->open();
}

} // namespace bitsmith::ui
