/**
 * Hands a capture file to the server in a browser, where no path may be given. The file is streamed by the
 * browser itself (it is never read into memory here), with progress and a way to stop.
 */

export type Upload = {
  /** The id of the workspace that the file became; rejects with a plain sentence. */
  done: Promise<string>;
  cancel(): void;
};

/** Rejection of an upload that the user stopped. */
export class UploadCancelled extends Error {}

function read(text: string): { id?: string; message?: string } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Sends `file`; `onProgress` hears octets sent and in all. */
export function uploadCapture(
  file: File,
  onProgress: (sentOctets: number, totalOctets: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total || file.size);
    request.onload = () => {
      const { id, message } = read(request.responseText);
      if (request.status < 300 && typeof id === 'string') resolve(id);
      else reject(new Error(message || `${file.name} was not taken: the server answered ${request.status}.`));
    };
    request.onerror = () =>
      reject(new Error(`${file.name} was not sent: the connection to Weir broke. Open it again.`));
    request.onabort = () => reject(new UploadCancelled());
    request.open('POST', `upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
