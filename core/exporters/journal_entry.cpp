#include "core/exporters/journal_entry.h"

#include "core/base/hash.h"
#include "core/io/json_fields.h"
#include "core/io/strict_json.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using nlohmann::json;

// Everything but `seconds`: the same input must give the same bytes.
nlohmann::ordered_json reportToJson(const LayerReport& report) {
    return {{"name", report.name},
            {"recipe", report.recipe},
            {"bits", report.bits},
            {"bits_per_weight", report.bitsPerWeight},
            {"bytes", report.bytes},
            {"weight_error", report.weightError},
            {"output_error", report.outputError},
            {"damping", report.damping},
            {"dead_columns", report.deadColumns},
            {"notes", report.notes}};
}

LayerReport reportFromJson(const json& j) { // throws json::exception
    LayerReport report;
    const auto number = [&](const char* key) { // not finite: null
        return j.at(key).is_null() ? std::numeric_limits<double>::quiet_NaN()
                                   : j.at(key).get<double>();
    };
    report.name = j.at("name").get<std::string>();
    report.recipe = j.at("recipe").get<std::string>();
    report.bits = j.at("bits").get<int>();
    report.bitsPerWeight = number("bits_per_weight");
    report.bytes = j.at("bytes").get<std::uint64_t>();
    report.weightError = number("weight_error");
    report.outputError = number("output_error");
    report.damping = number("damping");
    report.deadColumns = j.at("dead_columns").get<std::size_t>();
    report.notes = j.at("notes").get<std::vector<std::string>>();
    return report;
}

// Over both texts and all stored bytes.
std::string checksum(const std::string& tensor, const std::string& report,
                     const std::string& storedHash) {
    return Hasher().add(tensor).add(report).add(storedHash).hex();
}

// Metadata of the file -> description and report. The checksum has vouched for the texts, so what
// is wrong with them now was written by a program of another version.
Result<JournalEntry> parseTexts(const std::string& tensor, const std::string& report) {
    JournalEntry entry;
    BITSMITH_TRY(const json tensorJson, parseStrictJson(tensor, "the entry"));
    BITSMITH_TRY(entry.tensor, tensorFromJson(tensorJson));
    BITSMITH_TRY(const json reportJson, parseStrictJson(report, "the entry's report"));
    try {
        entry.report = reportFromJson(reportJson);
    } catch (const json::exception& error) {
        return fail(ErrorCode::BadInput, "its report is not complete ({})", error.what());
    }
    return entry;
}

Result<JournalEntry> readEntry(const std::shared_ptr<const SafetensorsFile>& file,
                               const std::string& name) {
    const auto& metadata = file->metadata();
    for (const char* key : {"tensor", "report", "checksum"})
        if (!metadata.contains(key)) return fail(ErrorCode::BadInput, "it has no {}", key);
    const std::string &tensor = metadata.at("tensor"), &report = metadata.at("report");
    BITSMITH_TRY(JournalEntry entry, parseTexts(tensor, report));
    entry.file = file;
    std::map<std::string, TensorView> views;
    for (const SafetensorsEntry& e : file->entries()) views.emplace(e.name, file->view(e));
    BITSMITH_TRY(entry.parts, findParts(entry.tensor, [&](const std::string& part) {
                     const auto at = views.find(part);
                     return at == views.end() ? nullptr : &at->second;
                 }));
    entry.tensor.hash = storedHash(entry.parts.inOrder());
    entry.release();
    if (checksum(tensor, report, entry.tensor.hash) != metadata.at("checksum"))
        return fail(ErrorCode::BadInput, "its checksum does not match");
    if (entry.tensor.name != name)
        return fail(ErrorCode::BadInput, "it is of the tensor {}", quotedName(entry.tensor.name));
    return entry;
}

} // namespace

void JournalEntry::release() const {
    for (const auto part : parts.inOrder()) file->file()->release(part);
}

Status writeJournalEntry(const std::filesystem::path& path, const std::string& name,
                         const QuantizedMatrix& matrix, std::span<const std::byte> coded,
                         const LayerReport& report) {
    ContainerTensor tensor = describeMatrix(matrix);
    tensor.name = name;
    tensor.recipe = report.recipe;
    tensor.weightError = report.weightError;
    tensor.outputError = report.outputError;
    std::vector<std::byte> packedZeros;
    std::vector<std::span<const std::byte>> bytes{coded};
    if (coded.empty())
        bytes = partsOf(matrix, packedZeros).inOrder();
    else
        tensor.coded = BitsmithBlob{0, coded.size()};
    tensor.hash = storedHash(bytes);
    const std::string tensorText = tensorToJson(tensor).dump(),
                      reportText = reportToJson(report).dump();
    BITSMITH_TRY(
        SafetensorsWriter writer,
        SafetensorsWriter::create(path, partDeclarations(tensor),
                                  {{"tensor", tensorText},
                                   {"report", reportText},
                                   {"checksum", checksum(tensorText, reportText, tensor.hash)}}));
    for (const auto part : bytes) BITSMITH_CHECK(writer.write(part));
    return writer.finish();
}

Result<JournalEntry> readJournalEntry(const std::filesystem::path& path, const std::string& name) {
    auto file = SafetensorsFile::open(path);
    auto entry = file ? readEntry(*file, name) : Result<JournalEntry>(fail(file.error()));
    if (!entry)
        return fail(ErrorCode::BadInput,
                    "the journal's entry of {} is damaged ({}); it has to be computed again",
                    quotedName(name), entry.error().message);
    return entry;
}

} // namespace bitsmith
