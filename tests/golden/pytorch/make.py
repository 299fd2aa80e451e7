#!/usr/bin/env python3
# Writes the small checkpoints beside this file with torch itself (1.13 wrote those that are here):
#   python3 make.py
# Values follow from the names, so that the test can say what it expects: see tensors().
import collections
import os

import torch

here = os.path.dirname(os.path.abspath(__file__))


def tensors():
    d = collections.OrderedDict()
    count = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    d["f32"] = count / 2
    d["f64"] = (count / 2).double()
    d["f16"] = (count / 2).half()
    d["bf16"] = (count / 2).bfloat16()
    d["i64"] = count.long()
    d["i32"] = count.int()
    d["i16"] = count.short()
    d["i8"] = count.char()
    d["u8"] = count.byte()
    d["bool"] = count > 5
    d["tied"] = d["f32"]
    d["rows"] = d["f32"][1:]  # begins inside the storage of f32
    d["transposed"] = d["f32"].t()
    d["column"] = d["f32"][:, 1]
    d["scalar"] = torch.tensor(2.5)
    d["empty"] = torch.zeros(0, 4)
    d["parameter"] = torch.nn.Parameter(count / 2)
    return d


module = torch.nn.Linear(3, 2)
with torch.no_grad():
    module.weight.copy_(torch.arange(6.0).reshape(2, 3))
    module.bias.copy_(torch.tensor([-1.0, 1.0]))

torch.save(tensors(), os.path.join(here, "zip.pth"))
torch.save(tensors(), os.path.join(here, "legacy.pth"), _use_new_zipfile_serialization=False)
torch.save(tensors(), os.path.join(here, "protocol4.pth"), pickle_protocol=4)
# A state dictionary with its notes, as one entry of a training run's checkpoint.
torch.save({"epoch": 7, "loss": 0.5, "names": ["a", ("b", None)], "large": 1 << 80,
            "optimizer": {"state": {}, "lr": 1e-3}, "state_dict": module.state_dict()},
           os.path.join(here, "training.pth"))
# Repeats one stored element.
torch.save({"w": torch.zeros(1).expand(1000)}, os.path.join(here, "expanded.pth"))


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


torch.save({"w": torch.zeros(1), "x": Evil()}, os.path.join(here, "evil.pth"))
torch.save(module, os.path.join(here, "module.pth"))  # a whole module: names its class
