/**
 * Weights on disk: reading and writing them as plain memory, with no tensor library.
 *
 * <p><b>Safetensors.</b> Eight bytes, the little-endian length of the header; the header, one JSON
 * object {@code {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [from, to]}, …}} with an
 * optional {@code "__metadata__"} of strings; then the tensors' bytes, row-major and little-endian,
 * to which the offsets are relative. The tensors must fill the data exactly: no overlap, no hole,
 * nothing behind the last. {@link io.llavasg.checkpoint.SafetensorsHeader} checks all of that
 * before a byte of weights is touched; {@link io.llavasg.checkpoint.SafetensorsFile} maps the file,
 * so that a weight costs page cache, not memory, and only once it's used.
 *
 * <p><b>PyTorch zip files</b> ({@code .bin}, {@code .pth}, {@code .pt}, since PyTorch 1.6): a zip
 * whose entries are stored, not compressed. {@code <any>/data.pkl} is a pickle of the saved object,
 * in which a tensor is a call of {@code torch._utils._rebuild_tensor_v2(storage, offset, shape,
 * strides, …)} and a storage is a persistent id {@code ("storage", torch.HalfStorage, key,
 * location, elements)}; its bytes are the entry {@code <any>/data/<key>}. A pickle is a program for
 * a small stack machine that may name any Python function and call it; {@link
 * io.llavasg.checkpoint.PickleReader} runs that program, but knows only containers, scalars and
 * tensors, and refuses every other name as soon as it's named.
 *
 * <p><b>Directories.</b> {@link io.llavasg.checkpoint.CheckpointFiles} finds which files hold the
 * weights: {@code model.safetensors}, or its shards with {@code model.safetensors.index.json}, or
 * the same for {@code pytorch_model.bin}. {@link io.llavasg.checkpoint.Checkpoint} opens them as
 * one ordered map from a name to a {@link io.llavasg.checkpoint.StoredTensor}.
 *
 * <p>Everything a file claims is checked against what the file has before memory is asked for it.
 */
@NullMarked
package io.llavasg.checkpoint;

import org.jspecify.annotations.NullMarked;
