// Bitsmith itself: its container holds whatever a plan can say.
#include "core/plan/target.h"

namespace bitsmith {
namespace {

class BitsmithTarget final : public Target {
public:
    const TargetInfo& info() const override {
        static const TargetInfo Info{.id = "bitsmith",
                                     .title = "Bitsmith",
                                     .summary =
                                         "This program; its container holds every plan exactly",
                                     .format = "bitsmith"};
        return Info;
    }
    std::vector<TargetProblem> check(const TargetModel&) const override { return {}; }
};

} // namespace

const Target& targets_bitsmith() {
    static const BitsmithTarget Instance;
    return Instance;
}

} // namespace bitsmith
