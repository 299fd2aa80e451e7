#include "core/io/imatrix.h"

#include "core/io/imatrix_forms.h"
#include "core/io/text_checks.h"

#include <cmath>
#include <cstring>
#include <set>

namespace bitsmith {
namespace {

bool isAmount(double value) { return std::isfinite(value) && value >= 0; }

// Empty where the entries are sound.
std::string whatIsWrong(const Imatrix& imatrix) {
    if (imatrix.entries.empty()) return "it holds no tensors";
    std::set<std::string_view> names;
    for (const ImatrixEntry& entry : imatrix.entries) {
        const std::string name = quotedName(entry.tensor);
        if (entry.tensor.empty() || !isUtf8(entry.tensor))
            return fmt::format("a tensor has no name in UTF-8 ({})", name);
        if (!names.insert(entry.tensor).second)
            return fmt::format("the tensor {} is there twice", name);
        if (entry.sumSquares.empty()) return fmt::format("the tensor {} has no sums", name);
        if (!entry.expertCounts.empty() && entry.sumSquares.size() % entry.expertCounts.size() != 0)
            return fmt::format("the tensor {} has {} sums, no multiple of its {} counts", name,
                               entry.sumSquares.size(), entry.expertCounts.size());
        if (!isAmount(entry.count)) return fmt::format("the count of {} is {}", name, entry.count);
        for (const double count : entry.expertCounts)
            if (!isAmount(count)) return fmt::format("a count of {} is {}", name, count);
        for (std::size_t i = 0; i < entry.sumSquares.size(); ++i)
            if (!isAmount(entry.sumSquares[i]))
                return fmt::format("sum {} of {} is {}, which no sum of squares can be", i, name,
                                   entry.sumSquares[i]);
    }
    return {};
}

} // namespace

std::vector<float> ImatrixEntry::meanSquares() const {
    std::vector<float> means(sumSquares.size(), 1.0F);
    const std::size_t experts = std::max<std::size_t>(expertCounts.size(), 1);
    const std::size_t cols = sumSquares.size() / experts;
    for (std::size_t i = 0; i < experts * cols; ++i) {
        const double tokens = expertCounts.empty() ? count : expertCounts[i / cols];
        if (tokens > 0) means[i] = static_cast<float>(sumSquares[i] / tokens);
    }
    return means;
}

Result<Imatrix> readImatrix(const std::filesystem::path& path) {
    const std::string where = fmt::format("imatrix '{}'", path.string());
    BITSMITH_TRY(const auto file, MappedFile::open(path));
    const bool isGguf =
        file->bytes().size() >= 4 && std::memcmp(file->bytes().data(), "GGUF", 4) == 0;
    BITSMITH_TRY(Imatrix imatrix,
                 isGguf ? readImatrixGguf(path, where) : readImatrixDat(*file, where));
    if (const std::string wrong = whatIsWrong(imatrix); !wrong.empty())
        return fail(ErrorCode::BadInput, "{}: {}. Make the file again", where, wrong);
    return imatrix;
}

Status writeImatrix(const std::filesystem::path& path, const Imatrix& imatrix) {
    if (const std::string wrong = whatIsWrong(imatrix); !wrong.empty())
        return fail(ErrorCode::Failed, "cannot write the imatrix '{}': {}", path.string(), wrong);
    return path.extension() == ".gguf" ? writeImatrixGguf(path, imatrix)
                                       : writeImatrixDat(path, imatrix);
}

} // namespace bitsmith
