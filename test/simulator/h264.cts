const MACROBLOCK = 16;
const MACROBLOCKS_A_SIDE = 4;

/** Width and height of every picture, in pixels. */
export const PICTURE_SIZE = MACROBLOCK * MACROBLOCKS_A_SIDE;

/** Names from table 7-1 of ITU-T H.264, with nal_ref_idc 3 in front. */
const NAL = { idrSlice: 0x65, sequenceParameters: 0x67, pictureParameters: 0x68 };

/** Macroblock types of an I slice, from table 7-11. */
const MB_TYPE = { intra16x16DcWithoutResidual: 3, pcm: 25 };

/** Writes the bit strings that H.264 is made of. */
class BitWriter {
	#bytes: number[] = [];
	#free = 0;

	/** @param count bits, most significant first */
	bits(value: number, count: number) {
		for (let shift = count - 1; shift >= 0; shift--) {
			if (this.#free === 0) {
				this.#bytes.push(0);
				this.#free = 8;
			}
			this.#free--;
			const last = this.#bytes.length - 1;
			this.#bytes[last] = (this.#bytes[last] ?? 0) | (((value >>> shift) & 1) << this.#free);
		}
		return this;
	}

	/** Unsigned Exp-Golomb, ue(v). */
	ue(value: number) {
		const length = 32 - Math.clz32(value + 1);
		return this.bits(0, length - 1).bits(value + 1, length);
	}

	/** Signed Exp-Golomb, se(v), of the only value needed here. */
	zeroSe() {
		return this.ue(0);
	}

	align() {
		this.#free = 0;
		return this;
	}

	/** The stop bit, and the bytes. */
	finish() {
		this.bits(1, 1);
		return Buffer.from(this.#bytes);
	}
}

/** A NAL unit without start code: header, then the payload with emulation prevention (7.4.1). */
function nalUnit(header: number, payload: Buffer) {
	const bytes: number[] = [header];
	let zeros = 0;
	for (const byte of payload) {
		if (zeros >= 2 && byte <= 3) {
			bytes.push(3);
			zeros = 0;
		}
		bytes.push(byte);
		zeros = byte === 0 ? zeros + 1 : 0;
	}
	return Buffer.from(bytes);
}

/**
 * The sequence parameter set: constrained baseline, level 1, 64x64, no reordering.
 *
 * @returns a NAL unit without start code
 */
export function sequenceParameterSet(): Buffer {
	const profile = Buffer.from([66, 0xc0, 10]);
	const rest = new BitWriter()
		.ue(0) // seq_parameter_set_id
		.ue(0) // log2_max_frame_num_minus4
		.ue(2) // pic_order_cnt_type
		.ue(1) // max_num_ref_frames
		.bits(0, 1) // gaps_in_frame_num_value_allowed_flag
		.ue(MACROBLOCKS_A_SIDE - 1) // pic_width_in_mbs_minus1
		.ue(MACROBLOCKS_A_SIDE - 1) // pic_height_in_map_units_minus1
		.bits(1, 1) // frame_mbs_only_flag
		.bits(1, 1) // direct_8x8_inference_flag
		.bits(0, 1) // frame_cropping_flag
		.bits(0, 1) // vui_parameters_present_flag
		.finish();
	return nalUnit(NAL.sequenceParameters, Buffer.concat([profile, rest]));
}

/**
 * The picture parameter set: CAVLC, one slice group, nothing optional.
 *
 * @returns a NAL unit without start code
 */
export function pictureParameterSet(): Buffer {
	const payload = new BitWriter()
		.ue(0) // pic_parameter_set_id
		.ue(0) // seq_parameter_set_id
		.bits(0, 1) // entropy_coding_mode_flag: CAVLC
		.bits(0, 1) // bottom_field_pic_order_in_frame_present_flag
		.ue(0) // num_slice_groups_minus1
		.ue(0) // num_ref_idx_l0_default_active_minus1
		.ue(0) // num_ref_idx_l1_default_active_minus1
		.bits(0, 1) // weighted_pred_flag
		.bits(0, 2) // weighted_bipred_idc
		.zeroSe() // pic_init_qp_minus26
		.zeroSe() // pic_init_qs_minus26
		.zeroSe() // chroma_qp_index_offset
		.bits(0, 1) // deblocking_filter_control_present_flag
		.bits(0, 1) // constrained_intra_pred_flag
		.bits(0, 1) // redundant_pic_cnt_present_flag
		.finish();
	return nalUnit(NAL.pictureParameters, payload);
}

/**
 * One picture of one colour, as an IDR slice. The first macroblock carries its samples raw (I_PCM); all
 * others are predicted from their neighbours (Intra 16x16, DC) without residual, which repeats the colour
 * exactly: about 400 bytes a picture.
 *
 * @param index the picture's place in the stream; neighbours need different idr_pic_id
 * @param colour 8-bit samples, 1 to 254
 * @returns a NAL unit without start code
 */
export function solidPicture(index: number, { y, cb, cr }: { y: number; cb: number; cr: number; }): Buffer {
	const writer = new BitWriter()
		.ue(0) // first_mb_in_slice
		.ue(7) // slice_type: I, and so are all others of the picture
		.ue(0) // pic_parameter_set_id
		.bits(0, 4) // frame_num
		.ue(index % 2) // idr_pic_id
		.bits(0, 2) // no_output_of_prior_pics_flag, long_term_reference_flag
		.zeroSe(); // slice_qp_delta
	for (let row = 0; row < MACROBLOCKS_A_SIDE; row++) {
		for (let column = 0; column < MACROBLOCKS_A_SIDE; column++) {
			if (row === 0 && column === 0) {
				writer.ue(MB_TYPE.pcm).align();
				for (let sample = 0; sample < 256; sample++) writer.bits(y, 8);
				for (let sample = 0; sample < 64; sample++) writer.bits(cb, 8);
				for (let sample = 0; sample < 64; sample++) writer.bits(cr, 8);
				continue;
			}
			writer
				.ue(MB_TYPE.intra16x16DcWithoutResidual)
				.ue(0) // intra_chroma_pred_mode: DC
				.zeroSe(); // mb_qp_delta
			// An I_PCM neighbour counts as 16 coefficients (9.2.1), which picks another code for "none".
			if (row + column === 1) writer.bits(0b000011, 6);
			else writer.bits(1, 1);
		}
	}
	return nalUnit(NAL.idrSlice, writer.finish());
}
