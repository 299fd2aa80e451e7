#include "core/exporters/journal.h"

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/exporters/journal_entry.h"
#include "core/exporters/output_folder.h"
#include "core/io/json_fields.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr const char* HeadFile = "journal.json";
constexpr const char* LockFile = "journal.lock";
constexpr const char* JournalFormat = "bitsmith-journal";
constexpr std::uint64_t JournalVersion = 1;

std::string headText(const std::string& key) {
    return nlohmann::ordered_json{
               {"format", JournalFormat}, {"version", JournalVersion}, {"key", key}}
               .dump(1) +
           "\n";
}

// The key of the journal in `folder`. Errors (BadInput): not a journal, or a newer one.
Result<std::string> readKey(const fs::path& folder) {
    BITSMITH_TRY(const nlohmann::json head, readStrictJson(folder / HeadFile, 1'000'000));
    const auto format = textField(head, "format");
    if (!format || *format != JournalFormat)
        return fail(ErrorCode::BadInput, "'{}' is not a journal of Bitsmith", folder.string());
    BITSMITH_CHECK(countField(head, "version", JournalVersion, JournalVersion));
    return textField(head, "key");
}

std::vector<std::string> fieldsOf(const std::string& key) {
    std::istringstream stream(key);
    std::vector<std::string> fields;
    for (std::string field; stream >> field;) fields.push_back(field);
    return fields;
}

// What is not the same in both keys: names of fields ("plan" of "plan=1234"), for a sentence.
std::string differing(const std::string& old, const std::string& now) {
    const auto before = fieldsOf(old), after = fieldsOf(now);
    std::string names;
    for (const std::string& field : after) {
        if (std::find(before.begin(), before.end(), field) != before.end()) continue;
        const std::size_t equals = field.find('=');
        if (equals == std::string::npos) continue;
        names += (names.empty() ? "" : ", ") + field.substr(0, equals);
    }
    return names.empty() ? "model, plan, calibration or version of Bitsmith differ"
                         : "it differs in: " + names;
}

// Only what a journal may hold is ever deleted: a folder with other things in it is not ours.
Status checkOurs(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) return {};
    const bool isFolder = fs::is_directory(fs::symlink_status(folder, error));
    const bool ours =
        isFolder && (fs::exists(folder / HeadFile, error) || fs::exists(folder / LockFile, error) ||
                     fs::is_empty(folder, error));
    if (ours) return {};
    return fail(ErrorCode::Failed,
                "'{}' is there and is not a journal of Bitsmith; it is left as it is. Move it away "
                "or choose another output",
                folder.string());
}

// What a killed process may have left: temporary files and a half-written container.
Status removeLeftovers(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> leftovers;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (it->is_directory() || name.find(".tmp-") != std::string::npos)
            leftovers.push_back(it->path());
    }
    for (const fs::path& path : leftovers) BITSMITH_CHECK(removeFolder(path));
    return {};
}

Status removeEverythingBut(const fs::path& folder, const char* kept) {
    std::error_code error;
    std::vector<fs::path> paths;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().filename() != kept) paths.push_back(it->path());
    for (const fs::path& path : paths) BITSMITH_CHECK(removeFolder(path));
    return {};
}

} // namespace

Result<QuantizationJournal> QuantizationJournal::open(const fs::path& output,
                                                      const std::string& key, bool resume) {
    QuantizationJournal journal;
    journal.m_output = normalizedOutput(output);
    journal.m_folder = journal.m_output.string() + ".partial";
    const fs::path& folder = journal.m_folder;
    BITSMITH_CHECK(checkReplaceable(journal.m_output));
    BITSMITH_CHECK(checkOurs(folder));
    BITSMITH_CHECK(makeFolder(folder));
    BITSMITH_TRY(journal.m_lock, lockFile(folder / LockFile));

    std::error_code error;
    if (resume && fs::exists(folder / HeadFile, error)) {
        const auto old = readKey(folder);
        if (!old)
            return fail(ErrorCode::BadInput,
                        "cannot resume: the journal in '{}' is damaged ({}). Run without resuming",
                        folder.string(), old.error().message);
        if (*old != key)
            return fail(
                ErrorCode::Usage,
                "cannot resume: the journal in '{}' is of another run ({}). Repeat the first "
                "run's options, or run without resuming to begin anew",
                folder.string(), differing(*old, key));
        BITSMITH_CHECK(removeLeftovers(folder));
        return journal;
    }
    BITSMITH_CHECK(removeEverythingBut(folder, LockFile));
    BITSMITH_CHECK(writeFileAtomically(folder / HeadFile, headText(key)));
    return journal;
}

// Tensor names may hold anything, so the file is named after a hash; the name is inside.
fs::path QuantizationJournal::entryPath(const std::string& tensor) const {
    return m_folder / (Hasher().add(tensor).hex() + ".safetensors");
}

bool QuantizationJournal::contains(const std::string& tensor) const {
    std::error_code ignored;
    return fs::is_regular_file(entryPath(tensor), ignored);
}

Result<QuantizationJournal::Finished> QuantizationJournal::load(const std::string& tensor) const {
    BITSMITH_TRY(const JournalEntry entry, readJournalEntry(entryPath(tensor), tensor));
    BITSMITH_TRY(auto matrix, matrixFromParts(entry.tensor, entry.parts));
    entry.release();
    return Finished{std::move(matrix), entry.report};
}

Status QuantizationJournal::add(const std::string& tensor, const QuantizedMatrix& matrix,
                                const LayerReport& report, std::span<const std::byte> coded) {
    return writeJournalEntry(entryPath(tensor), tensor, matrix, coded, report);
}

Status QuantizationJournal::remove() {
    m_lock.reset();
    return removeFolder(m_folder);
}

} // namespace bitsmith
