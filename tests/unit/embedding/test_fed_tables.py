"""A table of an exported model that becomes an input of it, wherever it stands, and is left where it cannot."""

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, load_model_from_string, numpy_helper

from warmline_memory.embedding.fed_tables import fed

OFFSET = 70_000


def stored(name: str, offset: int) -> TensorProto:
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[300, 2], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "weights"), ("offset", str(offset)), ("length", str(300 * 2 * 4))):
        tensor.external_data.add(key=key, value=value)
    return tensor


def a_model(*tensors: TensorProto) -> ModelProto:
    found = helper.make_node("Gather", ["words", "ids"], ["found"])
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
    output = helper.make_tensor_value_info("found", TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph([found], "encoder", [ids], [output], list(tensors)))


@pytest.mark.parametrize("place", [0, 1])
def test_the_table_becomes_an_input_and_all_else_stays(place: int) -> None:
    tensors = [numpy_helper.from_array(np.array([1.0, 2.0]), "other")]
    tensors.insert(place, stored("words", OFFSET))
    model = a_model(*tensors)
    found = fed(model.SerializeToString(), "words", 2)
    assert found is not None
    changed, offset = load_model_from_string(found[0]), found[1]
    assert offset == OFFSET
    assert [one.name for one in changed.graph.initializer] == ["other"]
    assert [one.name for one in changed.graph.input] == ["ids", "words"]
    assert changed.graph.input[1] == helper.make_tensor_value_info("words", TensorProto.FLOAT, ["rows", 2])
    changed.graph.initializer.insert(place, model.graph.initializer[place])
    del changed.graph.input[1]
    assert changed == model


def test_a_model_without_the_table_is_left() -> None:
    assert fed(a_model(stored("others", 0)).SerializeToString(), "words", 2) is None


def test_a_table_that_stands_in_the_graph_is_left_there() -> None:
    model = a_model(numpy_helper.from_array(np.ones((3, 2), np.float32), "words"))
    assert fed(model.SerializeToString(), "words", 2) is None
