// Runs one of the Python scripts in tests/golden on a folder of raw files: an implementation that
// shares nothing with the program.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace bitsmith::test {

class GoldenScript {
public:
    static bool hasNumpy() { return QProcess::execute(python(), {"-c", "import numpy"}) == 0; }
    void write(const char* name, const void* data, std::size_t bytes) const {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(static_cast<const char*>(data), qint64(bytes)) != qint64(bytes))
            qFatal("cannot write %s", name);
    }
    void write(const char* name, const std::string& text) const {
        write(name, text.data(), text.size());
    }
    template <class T>
    void write(const char* name, std::span<const T> values) const {
        write(name, values.data(), values.size_bytes());
    }
    // script: below tests/golden. Empty, or what it complained about.
    QString run(const char* script) const {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("OPENBLAS_NUM_THREADS", "1");
        process.setProcessEnvironment(environment);
        process.start(python(),
                      {QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/") + QLatin1String(script),
                       m_folder.path()});
        if (!process.waitForFinished(240000)) return QStringLiteral("did not end");
        return process.exitCode() == 0 ? QString()
                                       : QString::fromUtf8(process.readAllStandardError());
    }
    template <class T>
    std::vector<T> read(const char* name) const {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::ReadOnly)) qFatal("the script did not write %s", name);
        const QByteArray bytes = file.readAll();
        std::vector<T> out(std::size_t(bytes.size()) / sizeof(T));
        std::memcpy(out.data(), bytes.constData(), out.size() * sizeof(T));
        return out;
    }

private:
    static QString python() { return QStringLiteral("/usr/bin/python3"); }
    QTemporaryDir m_folder;
};

} // namespace bitsmith::test
