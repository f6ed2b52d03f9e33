const FINAL_TEXT = 0x81

/** A whole text message as a server sends it: one frame, not masked (RFC 6455, 5.2). */
export function textFrame(message: Buffer): Buffer {
  const { length } = message
  const headLength = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10
  const frame = Buffer.allocUnsafe(headLength + length)
  frame[0] = FINAL_TEXT
  if (headLength === 2) frame[1] = length
  else if (headLength === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  message.copy(frame, headLength)
  return frame
}
