// Parameters described once: a plain struct with `describe(auto&& field)` is all that forms, flags,
// JSON and validation need. Each choice of a stage (a grid, a rounder, ...) has one such struct.
//
//   struct GptqParams {
//       int blockSize = 128;
//       bool actOrder = false;
//       void describe(auto&& field) {
//           field("block_size", blockSize, {"Block size", "Columns per lazy update", 1, 4096});
//           field("act_order", actOrder, {"Activation order", "Columns by falling Hessian
//           diagonal"});
//       }
//   };
#pragma once

#include "core/base/result.h"

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace bitsmith {

struct FieldInfo {
    std::string title;                  // for a form's label
    std::string help;                   // one sentence, with the unit
    double min = 0, max = 0;            // inclusive; no range where max <= min
    std::vector<std::string> choices{}; // for strings: the allowed words; empty: any
};

using FieldValue = std::variant<bool, int, double, std::string>;

struct Field {
    std::string id; // snake_case, as in JSON and flags
    FieldInfo info;
    FieldValue value;
};

// A text as a value of the kind that `like` has; name: for the message. Errors (Usage): no such
// value.
Result<FieldValue> parseFieldValue(std::string_view name, std::string_view text,
                                   const FieldValue& like);

// Type-erased view of one parameter struct: what forms, command line and JSON see.
class Params {
public:
    virtual ~Params() = default;
    virtual std::vector<Field> fields() const = 0;
    // Sets one field. Errors (Usage): unknown id, wrong type, out of range, not among the choices.
    virtual Status set(std::string_view id, const FieldValue& value) = 0;
    virtual std::unique_ptr<Params> clone() const = 0;
    // As set(), from a command line's text.
    Status setText(std::string_view id, std::string_view text);

    // One flat object {"block_size": 128, ...}; every field, in declaration order.
    nlohmann::ordered_json toJson() const;
    // Sets the fields that the object names; others keep their value. Errors (Usage) name the
    // field.
    Status fromJson(const nlohmann::ordered_json& object);
};

namespace detail {
Status checkField(std::string_view id, const FieldInfo& info, const FieldValue& value);
tl::unexpected<Error> unknownField(std::string_view id, const std::vector<Field>& known);
tl::unexpected<Error> wrongFieldType(std::string_view id, const FieldValue& wanted);
} // namespace detail

template <class P>
class ParamsOf final : public Params {
public:
    P value{};

    ParamsOf() = default;
    explicit ParamsOf(P p) : value(std::move(p)) {}

    std::vector<Field> fields() const override {
        std::vector<Field> out;
        P copy = value;
        copy.describe([&](const char* id, auto& member, FieldInfo info) {
            out.push_back({id, std::move(info), FieldValue(member)});
        });
        return out;
    }

    Status set(std::string_view id, const FieldValue& wanted) override {
        Status status = detail::unknownField(id, fields());
        value.describe([&](const char* name, auto& member, const FieldInfo& info) {
            using Member = std::remove_reference_t<decltype(member)>;
            if (id != name) return;
            FieldValue given = wanted;
            if constexpr (std::is_same_v<Member, double>)
                if (const int* whole = std::get_if<int>(&wanted))
                    given = static_cast<double>(*whole);
            const Member* typed = std::get_if<Member>(&given);
            if (!typed) {
                status = detail::wrongFieldType(id, FieldValue(member));
                return;
            }
            status = detail::checkField(id, info, given);
            if (status) member = *typed;
        });
        return status;
    }

    std::unique_ptr<Params> clone() const override { return std::make_unique<ParamsOf>(*this); }
};

} // namespace bitsmith
