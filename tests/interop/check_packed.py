#!/usr/bin/env python3
"""Unpacks every tensor of an exported checkpoint with the library that the format comes from and
compares it with the dense export of the same model.

  check_packed.py DIR_EXPORT DIR_DENSE

DIR_EXPORT: written as gptq, awq or compressed-tensors; DIR_DENSE: the same model as safetensors in
F32. Needs torch, safetensors and, by format, auto-gptq, autoawq or compressed-tensors. Exit code 0:
all tensors agree; 1: a difference; 2: a library is missing. Weights must agree exactly, except
NVFP4, where the library divides by the global scale and we multiply by its reciprocal.
"""

import importlib.util
import json
import sys
from importlib import metadata
from pathlib import Path

try:
    import torch
    from safetensors import safe_open
except ImportError as error:
    print(f"missing: {error.name}")
    sys.exit(2)


def read_folder(folder):
    tensors = {}
    for file in sorted(Path(folder).glob("*.safetensors")):
        with safe_open(file, framework="pt") as archive:
            for name in archive.keys():
                tensors[name] = archive.get_tensor(name)
    return tensors


def library_file(package, *parts):
    """One file of an installed library, without running the rest of it: what unpacks is small and
    needs nothing, the packages around it want GPUs and old versions of others."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        print(f"missing: {package}")
        sys.exit(2)
    path = Path(next(iter(spec.submodule_search_locations))).joinpath(*parts)
    module_spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return module


def modules_with(tensors, suffix):
    return sorted(name[: -len(suffix)] for name in tensors if name.endswith(suffix))


def unpack_gptq(tensors, config):
    qlinear = library_file("auto_gptq", "nn_modules", "qlinear", "qlinear_cuda.py")
    print("auto-gptq", metadata.version("auto_gptq"))
    second = config.get("checkpoint_format") == "gptq_v2"
    for module in modules_with(tensors, ".qweight"):
        parts = {p: tensors[f"{module}.{p}"] for p in ("qweight", "qzeros", "scales", "g_idx")}
        outs = parts["scales"].shape[1]
        bits = parts["qzeros"].shape[1] * 32 // outs
        ins = parts["qweight"].shape[0] * 32 // bits
        layer = qlinear.QuantLinear(bits, config["group_size"], ins, outs, False)
        layer.autogptq_cuda_available = False
        for name, value in parts.items():
            setattr(layer, name, value.float() if name == "scales" else value)
        weight = layer(torch.eye(ins)).T
        if second:
            # It takes every stored zero for one less than meant.
            weight = weight + parts["scales"].float()[parts["g_idx"].long()].T
        yield module, weight, 0.0


def unpack_awq(tensors, config):
    packing = library_file("awq", "utils", "packing_utils.py")
    print("autoawq", metadata.version("autoawq"))
    for module in modules_with(tensors, ".qweight"):
        scales = tensors[module + ".scales"].float()
        size = config["group_size"]
        if size <= 0:
            size = tensors[module + ".qweight"].shape[0]
        weight = packing.dequantize_gemm(
            tensors[module + ".qweight"], tensors[module + ".qzeros"], scales, 4, size
        )
        yield module, weight.T, 0.0


def unpack_compressed(tensors, config):
    try:
        from compressed_tensors.compressors import BaseCompressor
        from compressed_tensors.compressors.nvfp4.helpers import unpack_fp4_from_uint8
        from compressed_tensors.quantization import QuantizationConfig
        from compressed_tensors.quantization.lifecycle.forward import dequantize
        from compressed_tensors.utils.match import match_name
    except ImportError as error:
        print(f"missing: {error}")
        sys.exit(2)
    print("compressed-tensors", metadata.version("compressed-tensors"))
    schemes = QuantizationConfig.model_validate(config).config_groups.values()
    for module in modules_with(tensors, ".weight_scale"):
        exact = [s for s in schemes if any(match_name(module, t) for t in s.targets)]
        scheme = (exact or [s for s in schemes if "Linear" in s.targets])[0]
        state = {
            name[len(module) + 1 :]: value
            for name, value in tensors.items()
            if name.startswith(module + ".weight")
        }
        kind = scheme.format or config["format"]
        if "fp4" in kind:
            packed = state["weight_packed"]
            rows, half = packed.shape
            numbers = unpack_fp4_from_uint8(packed, rows, 2 * half, dtype=torch.float32)
            scale = state["weight_scale"]
            if scale.dtype == torch.uint8:
                scale = torch.exp2(scale.float() - 127)
            weight = dequantize(
                numbers,
                scale.float(),
                args=scheme.weights,
                global_scale=state.get("weight_global_scale"),
                dtype=torch.float32,
            )
            yield module, weight, 2e-7
            continue
        # In single precision: the library computes in the type of the scales.
        state["weight_scale"] = state["weight_scale"].float()
        compressor = BaseCompressor.get_value_from_registry(kind)
        yield module, compressor.decompress(state, scheme)["weight"], 0.0


def main():
    export, dense_folder = sys.argv[1:]
    model = json.loads(Path(export, "config.json").read_text())
    config = model["quantization_config"]
    # GPT-2 keeps its dense weights as in x out.
    turned = model.get("model_type") in ("gpt2", "openai-gpt")
    unpackers = {
        "gptq": unpack_gptq,
        "awq": unpack_awq,
        "compressed-tensors": unpack_compressed,
    }
    print("torch", torch.__version__)
    tensors, dense = read_folder(export), read_folder(dense_folder)
    failed, seen = 0, set()
    for module, weight, tolerance in unpackers[config["quant_method"]](tensors, config):
        expected = dense[module + ".weight"]
        seen.add(module + ".weight")
        if turned:
            expected = expected.T
        off = (weight.float() - expected).abs()
        if weight.shape != expected.shape or bool((off > tolerance * expected.abs()).any()):
            failed += 1
            print(f"DIFFERENT {module}: by up to {off.max().item():g}")
    kept = 0
    for name, value in dense.items():
        if name in seen:
            continue
        kept += 1
        if name not in tensors or not torch.equal(tensors[name].to(value.dtype), value):
            failed += 1
            print(f"DIFFERENT {name}: kept tensor")
    if not seen:
        failed += 1
        print("no quantized tensor was found")
    print(f"{len(seen)} quantized and {kept} kept tensors, {failed} different")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
