// Runs the built command line as a user would, with its data and cache folders in a sandbox.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace bitsmith::test {

struct CommandResult {
    int exitCode = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

// One sandbox per test class: experiments and calibrations of the user stay untouched.
class BitsmithCommand {
public:
    QString path(const QString& name) const { return m_dir.filePath(name); }

    std::unique_ptr<QProcess> start(const QStringList& arguments) const {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_DATA_HOME"), m_dir.filePath(QStringLiteral("data")));
        environment.insert(QStringLiteral("XDG_CACHE_HOME"),
                           m_dir.filePath(QStringLiteral("cache")));
        environment.insert(QStringLiteral("BITSMITH_DEMO"),
                           QStringLiteral(BITSMITH_SOURCE_DIR "/resources/demo"));
        process->setProcessEnvironment(environment);
        process->start(QStringLiteral(BITSMITH_BINARY_DIR "/bitsmith"), arguments);
        return process;
    }

    CommandResult run(const QStringList& arguments, int timeoutMs = 600000) const {
        const auto process = start(arguments);
        CommandResult result;
        if (!process->waitForFinished(timeoutMs))
            process->kill(), process->waitForFinished();
        else if (process->exitStatus() == QProcess::NormalExit)
            result.exitCode = process->exitCode();
        result.out = process->readAllStandardOutput();
        result.err = process->readAllStandardError();
        return result;
    }

private:
    QTemporaryDir m_dir;
};

} // namespace bitsmith::test
