import { expect } from 'chai'
import { answerLength, bytesToWords, decodeAnswer, encodeRequest, Script, stopOf, stopSignal, wordsToBytes } from '../../guest/protocol.js'

describe('guest protocol', () => {
  it('cuts a record into the results of the commands', () => {
    const script = new Script().spawn(1, 64).setRegset(1, 1, Buffer.alloc(272)).getRegset(1, 1, 12).wait(1).write(0n, Buffer.alloc(3)).kill(1)
    const record = Array.from({ length: 1 + 2 + 4 + 4 }, (_, i) => BigInt(i))
    expect(script.results(record)).to.deep.equal([[0n], [1n, 2n], [3n, 4n, 5n, 6n], [7n, 8n, 9n, 10n], [], []])
  })
  it('writes the length of every script before it', () => {
    const request = encodeRequest([new Script().spawn(0, 32), new Script()], 64)
    expect(bytesToWords(request)).to.deep.equal([0x3654414d4f435241n, 64n, 2n, 32n, 2n, 1n, 32n, 0n])
  })
  it('reads records of different lengths, and knows when an answer is whole', () => {
    const words = [0x3654414d4f435241n, 64n, 2n, 40n, 2n, 7n, 8n, 1n, 9n]
    const bytes = wordsToBytes(words)
    expect(answerLength(bytes.subarray(0, 31))).to.equal(undefined)
    expect(answerLength(bytes)).to.equal(bytes.length)
    expect(decodeAnswer(bytes)).to.deep.equal([[7n, 8n], [9n]])
    expect(() => decodeAnswer(wordsToBytes([1n, 0n, 0n, 0n]))).to.throw('not an answer')
  })
  it('tells a stop from an end', () => {
    expect(stopSignal(stopOf([0x57fn, 5n, 1n, 4n]))).to.equal(5)
    expect(stopSignal(stopOf([11n, 0n, 0n, 0n]))).to.equal(0)
  })
})
