// Trained models that tests run on: the demo model, which is always there, and those of the shared
// folder where it is.
#pragma once

#include "core/quant/recipe.h"
#include "tests/support/shared_files.h"

#include <QString>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace bitsmith::test {

struct RealModel {
    const char* name;
    std::filesystem::path folder, calibration, heldOut; // of the model, and texts of its kind
    bool present() const { return exists(folder) && exists(calibration) && exists(heldOut); }
    QString whyAbsent() const {
        return QString("needs %1 in the shared folder of real models and texts, which is absent")
            .arg(QLatin1String(name));
    }
};

inline const std::vector<RealModel>& realModels() {
    static const std::filesystem::path Demo = BITSMITH_SOURCE_DIR "/resources/demo";
    static const std::vector<RealModel> All = {
        {"demo", Demo / "model", Demo / "calibration.txt", Demo / "held_out.txt"},
        {"stories260K", sharedFile("models/stories260K/hf"),
         sharedFile("corpora/tinystories-sample/tinystories_ascii.txt"),
         sharedFile("corpora/tinystories-sample/tinystories_ascii.txt")},
        {"prose-3m", sharedFile("models/prose-3m/hf"),
         sharedFile("corpora/calibration-exllama/wiki.utf8"),
         sharedFile("corpora/prose-held/held.txt")},
        {"char-gpt-shakespeare", sharedFile("models/char-gpt-shakespeare/hf"),
         sharedFile("corpora/tinyshakespeare/input.txt"),
         sharedFile("corpora/tinyshakespeare/input.txt")}};
    return All;
}

// Rows of a test's data: every recipe on every model, in the columns "model" and "recipe".
inline void addRecipesOnModels() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("recipe");
    for (const RealModel& model : realModels())
        for (const auto& recipe : builtinRecipes())
            QTest::addRow("%s %s", model.name, recipe->id.c_str())
                << model.name << QString::fromStdString(recipe->id);
}

inline const RealModel& realModel(const QString& name) {
    for (const RealModel& model : realModels())
        if (name == QLatin1String(model.name)) return model;
    qFatal("no model %s", qPrintable(name));
}

// The first or the last bytes of a text, in whole lines, as a file of its own: tests need little of
// it, and of a text that serves for both calibration takes the end and evaluation the beginning.
inline std::filesystem::path excerpt(const std::filesystem::path& text, std::size_t bytes,
                                     bool last, const std::filesystem::path& output) {
    std::ifstream in(text, std::ios::binary);
    if (last) {
        const auto size = std::filesystem::file_size(text);
        in.seekg(static_cast<std::streamoff>(size > bytes ? size - bytes : 0));
    }
    std::string part(bytes, '\0');
    in.read(part.data(), static_cast<std::streamsize>(bytes));
    part.resize(static_cast<std::size_t>(in.gcount()));
    if (last)
        part.erase(0, part.find('\n') + 1);
    else
        part.resize(part.rfind('\n') + 1);
    std::ofstream(output, std::ios::binary) << part;
    return output;
}

} // namespace bitsmith::test
