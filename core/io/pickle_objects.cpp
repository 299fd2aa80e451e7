#include "core/io/pickle_objects.h"

#include "core/io/text_checks.h"

#include <array>

namespace bitsmith {
namespace {

constexpr std::size_t MostDimensions = 64;
// A few bytes can refer to something large again and again; these keep what comes of it bounded.
constexpr std::size_t MostTensors = 1 << 18, MostCopiedItems = 1 << 22, LongestKey = 255;

enum class Meaning : std::uint8_t {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    RebuildFromType,
    TensorType,
    Storage,
    OtherStorage // known, of a type that we have not
};

struct Name {
    std::string_view module, name;
    Meaning meaning;
    DType dtype = DType::F32;
};

constexpr auto Names = std::to_array<Name>({
    {"collections", "OrderedDict", Meaning::OrderedDict},
    {"torch._utils", "_rebuild_tensor", Meaning::RebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", Meaning::RebuildTensor},
    {"torch._utils", "_rebuild_parameter", Meaning::RebuildParameter},
    {"torch._tensor", "_rebuild_from_type_v2", Meaning::RebuildFromType},
    {"torch", "Tensor", Meaning::TensorType},
    {"torch.nn.parameter", "Parameter", Meaning::TensorType},
    {"torch", "DoubleStorage", Meaning::Storage, DType::F64},
    {"torch", "FloatStorage", Meaning::Storage, DType::F32},
    {"torch", "HalfStorage", Meaning::Storage, DType::F16},
    {"torch", "BFloat16Storage", Meaning::Storage, DType::BF16},
    {"torch", "LongStorage", Meaning::Storage, DType::I64},
    {"torch", "IntStorage", Meaning::Storage, DType::I32},
    {"torch", "ShortStorage", Meaning::Storage, DType::I16},
    {"torch", "CharStorage", Meaning::Storage, DType::I8},
    {"torch", "ByteStorage", Meaning::Storage, DType::U8},
    {"torch", "BoolStorage", Meaning::Storage, DType::Bool},
    {"torch", "ComplexFloatStorage", Meaning::OtherStorage},
    {"torch", "ComplexDoubleStorage", Meaning::OtherStorage},
    {"torch", "QInt8Storage", Meaning::OtherStorage},
    {"torch", "QUInt8Storage", Meaning::OtherStorage},
    {"torch", "QInt32Storage", Meaning::OtherStorage},
    {"torch", "QUInt4x2Storage", Meaning::OtherStorage},
    {"torch", "QUInt2x4Storage", Meaning::OtherStorage},
});

const Name& nameOf(const PickleValue& value) {
    return Names[static_cast<std::size_t>(value.number) % Names.size()];
}

tl::unexpected<Error> wrong(const std::string& why) { return fail(ErrorCode::BadInput, "{}", why); }

PickleValue indexed(PickleKind kind, std::size_t index) {
    PickleValue value;
    value.kind = kind;
    value.number = static_cast<std::int64_t>(index);
    return value;
}

std::optional<std::uint64_t> countOf(const PickleValue& value) {
    if (value.kind != PickleKind::Whole || value.number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value.number);
}

Result<std::vector<std::uint64_t>> countsOf(const Pickle& pickle, const PickleValue& tuple) {
    if (tuple.kind != PickleKind::Tuple && tuple.kind != PickleKind::List)
        return wrong("a tensor's shape or stride is no tuple");
    if (tuple.items.size() > MostDimensions)
        return wrong(fmt::format("a tensor has more than {} dimensions", MostDimensions));
    std::vector<std::uint64_t> counts;
    for (const PickleId id : tuple.items) {
        const auto count = countOf(pickle[id]);
        if (!count) return wrong("a tensor's shape or stride holds something that is no count");
        counts.push_back(*count);
    }
    return counts;
}

// (storage, offset, shape, stride, ...)
Result<PickleValue> rebuildTensor(Pickle& pickle, const PickleValue& args) {
    if (args.items.size() < 4 || pickle[args.items[0]].kind != PickleKind::Storage)
        return wrong("a tensor is not described by storage, offset, shape and stride");
    if (pickle.tensors.size() == MostTensors)
        return wrong(fmt::format("it makes more than {} tensors", MostTensors));
    PickledTensor tensor;
    tensor.storage = static_cast<std::size_t>(pickle[args.items[0]].number);
    const auto offset = countOf(pickle[args.items[1]]);
    if (!offset) return wrong("a tensor's offset is no count");
    tensor.offset = *offset;
    BITSMITH_TRY(tensor.shape, countsOf(pickle, pickle[args.items[2]]));
    BITSMITH_TRY(tensor.strides, countsOf(pickle, pickle[args.items[3]]));
    if (tensor.shape.size() != tensor.strides.size())
        return wrong("a tensor has more or fewer strides than dimensions");
    pickle.tensors.push_back(std::move(tensor));
    return indexed(PickleKind::Tensor, pickle.tensors.size() - 1);
}

// (tensor, ...): a parameter is its tensor.
Result<PickleValue> rebuildParameter(const Pickle& pickle, const PickleValue& args) {
    if (args.items.empty() || pickle[args.items[0]].kind != PickleKind::Tensor)
        return wrong("a parameter is made of something that is no tensor");
    return pickle[args.items[0]];
}

// (function, type, its arguments, state): only functions that make tensors themselves, so that
// nothing nests.
Result<PickleValue> rebuildFromType(Pickle& pickle, const PickleValue& args) {
    if (args.items.size() < 3 || pickle[args.items[0]].kind != PickleKind::Name ||
        pickle[args.items[2]].kind != PickleKind::Tuple)
        return wrong("a tensor of a named type is not described by function, type and arguments");
    const PickleValue& inner = pickle[args.items[2]];
    switch (nameOf(pickle[args.items[0]]).meaning) {
    case Meaning::RebuildTensor:
        return rebuildTensor(pickle, inner);
    case Meaning::RebuildParameter:
        return rebuildParameter(pickle, inner);
    default:
        return wrong("a tensor of a named type is made by a function that makes none");
    }
}

// () or ([[key, value], ...])
Result<PickleValue> orderedDict(Pickle& pickle, const PickleValue& args) {
    PickleValue dict;
    dict.kind = PickleKind::Dict;
    dict.ordered = true;
    if (args.items.empty()) return dict;
    const PickleValue& pairs = pickle[args.items[0]];
    if (args.items.size() != 1 || pairs.kind != PickleKind::List)
        return wrong("an OrderedDict is made of something that is no list of pairs");
    if (pairs.items.size() > MostCopiedItems - pickle.copiedItems)
        return wrong("it makes the same dictionary too often");
    pickle.copiedItems += pairs.items.size();
    for (const PickleId id : pairs.items) {
        const PickleValue& pair = pickle[id];
        if ((pair.kind != PickleKind::List && pair.kind != PickleKind::Tuple) ||
            pair.items.size() != 2)
            return wrong("an OrderedDict is made of something that is no list of pairs");
        dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
    }
    return dict;
}

} // namespace

std::optional<std::size_t> allowedPickleName(std::string_view module, std::string_view name) {
    for (std::size_t i = 0; i < Names.size(); ++i)
        if (Names[i].module == module && Names[i].name == name) return i;
    return std::nullopt;
}

std::string pickleNameText(std::size_t index) {
    const Name& name = Names[index % Names.size()];
    return fmt::format("{}.{}", name.module, name.name);
}

Result<PickleValue> callPickleName(Pickle& pickle, const PickleValue& callee,
                                   const PickleValue& args) {
    if (callee.kind != PickleKind::Name || args.kind != PickleKind::Tuple)
        return wrong("something is called that is no name");
    switch (nameOf(callee).meaning) {
    case Meaning::OrderedDict:
        return orderedDict(pickle, args);
    case Meaning::RebuildTensor:
        return rebuildTensor(pickle, args);
    case Meaning::RebuildParameter:
        return rebuildParameter(pickle, args);
    case Meaning::RebuildFromType:
        return rebuildFromType(pickle, args);
    default:
        break;
    }
    return wrong(fmt::format("it asks to call '{}', which is refused",
                             pickleNameText(static_cast<std::size_t>(callee.number))));
}

Result<PickleValue> pickledStorage(Pickle& pickle, const PickleValue& reference) {
    const auto& items = reference.items;
    if (reference.kind != PickleKind::Tuple || items.size() < 5 ||
        pickle[items[0]].kind != PickleKind::Text || pickle[items[0]].text != "storage" ||
        pickle[items[1]].kind != PickleKind::Name || pickle[items[2]].kind != PickleKind::Text)
        return wrong("a reference to stored data is not of the form that torch writes");
    const PickleValue& type = pickle[items[1]];
    const std::string typeName = pickleNameText(static_cast<std::size_t>(type.number));
    if (nameOf(type).meaning == Meaning::OtherStorage)
        return fail(ErrorCode::Unsupported,
                    "it holds data of the type '{}', which is not supported", typeName);
    if (nameOf(type).meaning != Meaning::Storage)
        return wrong(fmt::format("'{}' is no type of stored data", typeName));
    if (pickle.storages.size() == MostTensors)
        return wrong(fmt::format("it refers to stored data more than {} times", MostTensors));
    if (pickle[items[2]].text.size() > LongestKey)
        return wrong("the name of a storage is too long");
    PickledStorage storage;
    storage.dtype = nameOf(type).dtype;
    storage.key = pickle[items[2]].text;
    if (!isUtf8(storage.key)) return wrong("the name of a storage is not UTF-8");
    const auto elements = countOf(pickle[items[4]]);
    if (!elements) return wrong("the size of a storage is no count");
    storage.elements = storage.viewElements = *elements;
    if (items.size() > 5 && pickle[items[5]].kind == PickleKind::Tuple) {
        const auto& view = pickle[items[5]].items; // (key, offset, elements), torch before 0.4
        const auto begin = view.size() == 3 ? countOf(pickle[view[1]]) : std::nullopt;
        const auto count = view.size() == 3 ? countOf(pickle[view[2]]) : std::nullopt;
        if (!begin || !count || *begin > *elements || *count > *elements - *begin)
            return wrong("a part of a storage leaves the storage");
        storage.begin = *begin;
        storage.viewElements = *count;
    }
    pickle.storages.push_back(std::move(storage));
    return indexed(PickleKind::Storage, pickle.storages.size() - 1);
}

} // namespace bitsmith
