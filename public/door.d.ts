/** What pyscript/api.py offers, brought in once a page from the Offcut that lies at `site`. */
export function door(site?: string): any;
/** Where Offcut lies: the folder of this file, unless a bundler has put it somewhere else. */
export const base: string;
/** An error with a `code` (worker/offcut/errors.py has them all), a sentence for a person, and `retry`. */
export class OffcutError extends Error {
    /** @param {{code: string, message: string, retry?: boolean}} told */
    constructor({ code, message, retry }: {
        code: string;
        message: string;
        retry?: boolean;
    });
    code: string;
    retry: boolean;
}
export function answer(call: any): Promise<any>;
