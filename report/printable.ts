/** Text from a file or from the command line as a terminal may show it: one line, no control characters. */
export const printable = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
