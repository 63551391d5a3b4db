import { expect } from 'chai'
import { functionTexts } from '../../lift/drift.js'
import { home } from './c.js'

const elf = 'arch/arm64/include/asm/elf.h'
const names = ['gpr_set', 'SET_PERSONALITY', 'task_user_tls']
const texts = (files: Record<string, string>): Record<string, string> => Object.fromEntries(functionTexts({ read: (p) => files[p] }, names).map((t) => [t.name, t.hash]))

describe('lift: has a function another text', () => {
  const before = texts({ [home]: 'static int gpr_set(int x)\n{\n\treturn x & 1;\n}\n', [elf]: '#define SET_PERSONALITY(ex) ({ clear_thread_flag(TIF_32BIT); })\n' })
  it('comments and layout do not count, a token does', () => {
    const same = texts({ [home]: '/* moved */\nstatic int gpr_set(int x) { return x & /* odd */ 1; }', [elf]: '#define SET_PERSONALITY(ex)\t\\\n({ clear_thread_flag(TIF_32BIT); \\\n})\n' })
    expect(same).to.deep.equal(before)
    const other = texts({ [home]: 'static int gpr_set(int x) { return x | 1; }', [elf]: '#define SET_PERSONALITY(ex) ({ clear_thread_flag(TIF_32BIT); current->flag = 0; })\n' })
    expect(other['gpr_set']).to.not.equal(before['gpr_set'])
    expect(other['SET_PERSONALITY']).to.not.equal(before['SET_PERSONALITY'])
  })
  it('a macro is taken for a function only where exec\'s macros are', () => {
    expect(Object.keys(before)).to.deep.equal(['gpr_set', 'SET_PERSONALITY'])
    expect(texts({ 'arch/arm64/include/asm/processor.h': '#define task_user_tls(t) (&(t)->thread.uw.tp_value)\n' })).to.deep.equal({})
  })
})
