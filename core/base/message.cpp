#include "core/base/message.h"

#include <set>

namespace bitsmith {
namespace {

// Other files' entries may be constructed before anything of this one.
std::set<std::string_view>& all() {
    static std::set<std::string_view> patterns;
    return patterns;
}

} // namespace

message_detail::Listed::Listed(std::string_view pattern) { all().insert(pattern); }

std::vector<std::string_view> messagePatterns() { return {all().begin(), all().end()}; }

} // namespace bitsmith
